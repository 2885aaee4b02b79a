<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>AboutDialog</name>
    <message>
        <source>About Landline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chat and files between the people on one network. No server, no account; everything is encrypted from end to end.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your ID</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChatHeader</name>
    <message>
        <source>Open the folder of received files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About this person</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ChatPanel</name>
    <message numerus="yes">
        <source>%n new</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>To the end</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Message {name} — drop files anywhere in this window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Message to {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter breaks the line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enter</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>ConnectDialog</name>
    <message>
        <source>Connect to an address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>People on this network appear by themselves. For somebody elsewhere, enter the address of their computer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Decisions</name>
    <message>
        <source>Save to</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>DropOverlay</name>
    <message numerus="yes">
        <source>%n item(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>more than {size}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{what}, {size} · {name} will be asked first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send to {name}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>EmptyPage</name>
    <message>
        <source>Landline could not start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose somebody to write to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>People on this network appear at the left by themselves. Messages and files go straight to them: no server, no account.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect to an address…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Format</name>
    <message>
        <source>Yesterday</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>d MMM</source>
        <comment>date without year, Qt&apos;s letters</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Today</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{size}/s</source>
        <comment>transfer rate</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number}%</source>
        <comment>share done</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{number} ms</source>
        <comment>round trip</comment>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n s left</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n min left</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n h left</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>InfoPanel</name>
    <message>
        <source>Unblock</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Block</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You compared it with {name}: nobody is in between.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the verification back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compare it with {name}&apos;s screen. If both show the same, nobody is in between.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Both are the same</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Landline {version}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Safety number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Round trip</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>App</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accept files automatically</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Notify me</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>LinkDialog</name>
    <message>
        <source>Open this address?</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It may not be what it looks like. Your browser would go to:</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do not open</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MainMenu</name>
    <message>
        <source>Connect to an address…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder for received files…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Anyone here may write to me</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About Landline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>MePanel</name>
    <message>
        <source>Unnamed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Change the name that others see</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>My name: {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>My name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Connect to an address</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Menu</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>OfferDialog</name>
    <message>
        <source>{name} wants to send you files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Names</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved to {folder}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{size} free</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Previews</name>
    <message>
        <source>Wants to write to you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Draft: {text}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} · waits for your answer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} · stopped</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>RequestBar</name>
    <message>
        <source>{name} is not on your list yet. They do not learn that you read this until you accept or answer.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accept this person</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Block</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Block this person</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>SidePanel</name>
    <message>
        <source>Search people</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Search people ({key})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>People and conversations</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Available</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody here is called that.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for people on this network…

Whoever opens Landline here appears by themselves.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>WholeDialog</name>
    <message>
        <source>Message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Folder for received files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Send a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Unnamed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blocked: nothing from here reaches you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Online</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Away from the network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>direct, {time}</source>
        <comment>no server between, and the round trip</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not on your list yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>on your list</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>verified</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>blocked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>online</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>away</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n unread message(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Requests from strangers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>On this network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No network · messages wait here</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n network(s) · end-to-end encrypted</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>You</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting: safe here, goes out when they can be reached</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sent, not confirmed yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Delivered: saved on their computer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancelled, not delivered</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New</source>
        <comment>above the first unread message</comment>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the whole message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Do not send</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy selection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy message</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select text…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy link {url}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Details…</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n folder(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{files} and {folders}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{name} and %n more</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{done} of {size}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{size} · {name} is asked first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{size} · waiting for {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{done} of {size} · {rate}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{done} of {size} · paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{size} · arrived and checked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{size} · checked and saved</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{size} · declined by {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{size} · you declined</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{size} · cancelled</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not enough room on the disk</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder cannot be written to</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk reported an error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The files were changed while they were sent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The files could not be read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The other computer could not be reached</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The connection was lost</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The files are no longer on offer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The other Landline answered nonsense</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped by the other side</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped by you</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Landline was closed meanwhile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A fault inside Landline; the log has details</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Accept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save to…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decline</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That could not be understood. Nothing was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody is known by that name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More than one person has that name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This transfer is no longer there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This message is no longer there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A file or folder is no longer there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The folder cannot be written to. Choose another one; nothing is lost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk is full. Make some room and try again; nothing is lost.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This text is too long for one message. Shorten it or send it as a file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to send.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This person is blocked. Unblock them to write.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is too late for that.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nobody answered at that address.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>That is not an address, like 192.168.1.20.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This version cannot do that yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The disk reported an error. What was not saved is not shown as saved.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Landline is already open with this profile.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your profile cannot be read. It was left untouched: put a backup in its place.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Your profile was written by a newer Landline. Open it with that one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The network port is in use by another program. Choose another port.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no network. Messages wait here and go out by themselves.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A fault inside Landline; the log has details.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
