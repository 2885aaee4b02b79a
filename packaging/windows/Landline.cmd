@rem "Send to": put this into shell:sendto as Landline.cmd; Explorer gives all that is selected.
@start "" "%LOCALAPPDATA%\Programs\Landline\Landline.exe" --send %*
