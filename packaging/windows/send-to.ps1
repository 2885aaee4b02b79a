# "Send to": makes its entry, a shortcut, for one user; Explorer hands over all that is selected.
# Not a batch file: cmd would run what stands behind an & in a file's name.
$shell = New-Object -ComObject WScript.Shell
$folder = $shell.SpecialFolders.Item("SendTo")
$link = $shell.CreateShortcut((Join-Path $folder "Landline.lnk"))
$link.TargetPath = "$env:LOCALAPPDATA\Programs\Landline\Landline.exe"
$link.Arguments = "--send"
$link.Save()
