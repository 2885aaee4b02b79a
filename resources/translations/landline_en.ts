<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en_US">
<context>
    <name>ChatPanel</name>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n new</numerusform>
            <numerusform>%n new</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ClearPicturesDialog</name>
    <message numerus="yes">
        <source>Delete %n picture(s)?</source>
        <translation>
            <numerusform>Delete %n picture?</numerusform>
            <numerusform>Delete %n pictures?</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them are still shown in a chat, which shows a card then.</source>
        <translation>
            <numerusform>%n of them is still shown in a chat, which shows a card then.</numerusform>
            <numerusform>%n of them are still shown in a chat, which shows a card then.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DiagnosisWords</name>
    <message numerus="yes">
        <source>%n people are here.</source>
        <translation>
            <numerusform>%n person is here.</numerusform>
            <numerusform>%n people are here.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n computer(s) can be heard, but not reached.</source>
        <translation>
            <numerusform>%n computer can be heard, but not reached.</numerusform>
            <numerusform>%n computers can be heard, but not reached.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of the people here are reached by TCP only.</source>
        <translation>
            <numerusform>%n of the people here is reached by TCP only.</numerusform>
            <numerusform>%n of the people here are reached by TCP only.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DropOverlay</name>
    <message numerus="yes">
        <source>%n item(s)</source>
        <translation>
            <numerusform>%n item</numerusform>
            <numerusform>%n items</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{what}, {size} · %n people will be asked first</source>
        <translation>
            <numerusform>{what}, {size} · %n person will be asked first</numerusform>
            <numerusform>{what}, {size} · %n people will be asked first</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Everywhere</name>
    <message numerus="yes">
        <source>%n more in requests from strangers</source>
        <translation>
            <numerusform>%n more in requests from strangers</numerusform>
            <numerusform>%n more in requests from strangers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message numerus="yes">
        <source>%n message(s) are in {name}.</source>
        <translation>
            <numerusform>%n message is in {name}.</numerusform>
            <numerusform>%n messages are in {name}.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Format</name>
    <message numerus="yes">
        <source>%n s left</source>
        <translation>
            <numerusform>%n s left</numerusform>
            <numerusform>%n s left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n min left</source>
        <translation>
            <numerusform>%n min left</numerusform>
            <numerusform>%n min left</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n h left</source>
        <translation>
            <numerusform>%n h left</numerusform>
            <numerusform>%n h left</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ForwardManyDialog</name>
    <message numerus="yes">
        <source>Forward to %n</source>
        <comment>people</comment>
        <translation>
            <numerusform>Forward to %n</numerusform>
            <numerusform>Forward to %n</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Notifier</name>
    <message numerus="yes">
        <source>%n new message(s)</source>
        <translation>
            <numerusform>%n new message</numerusform>
            <numerusform>%n new messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) from strangers</source>
        <translation>
            <numerusform>%n request from a stranger</numerusform>
            <numerusform>%n requests from strangers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OfferDialog</name>
    <message numerus="yes">
        <source>Chosen: {files} of %Ln file(s), {size}</source>
        <translation>
            <numerusform>Chosen: {files} of %Ln file, {size}</numerusform>
            <numerusform>Chosen: {files} of %Ln files, {size}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>OfferTree</name>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>and %Ln more</numerusform>
            <numerusform>and %Ln more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ResultWords</name>
    <message numerus="yes">
        <source>{name} and %n more</source>
        <translation>
            <numerusform>{name} and %n more</numerusform>
            <numerusform>{name} and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RoomWords</name>
    <message numerus="yes">
        <source>%n member(s)</source>
        <translation>
            <numerusform>%n member</numerusform>
            <numerusform>%n members</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n people here</source>
        <translation>
            <numerusform>%n person here</numerusform>
            <numerusform>%n people here</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n here</source>
        <comment>members on the network now</comment>
        <translation>
            <numerusform>%n here</numerusform>
            <numerusform>%n here</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <comment>people</comment>
        <translation>
            <numerusform>{names} and %n more</numerusform>
            <numerusform>{names} and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SendDialog</name>
    <message numerus="yes">
        <source>Send to %n people?</source>
        <translation>
            <numerusform>Send to %n person?</numerusform>
            <numerusform>Send to %n people?</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>SendManyDialog</name>
    <message numerus="yes">
        <source>Send to %n</source>
        <comment>people</comment>
        <translation>
            <numerusform>Send to %n</numerusform>
            <numerusform>Send to %n</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n item(s)</source>
        <translation>
            <numerusform>%n item</numerusform>
            <numerusform>%n items</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message numerus="yes">
        <source>%n picture(s), {size}</source>
        <translation>
            <numerusform>%n picture, {size}</numerusform>
            <numerusform>%n pictures, {size}</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>TransferWords</name>
    <message numerus="yes">
        <source>%n people will be asked first, each separately</source>
        <translation>
            <numerusform>%n person will be asked first</numerusform>
            <numerusform>%n people will be asked first, each separately</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln file</numerusform>
            <numerusform>%Ln files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln folder(s)</source>
        <translation>
            <numerusform>%Ln folder</numerusform>
            <numerusform>%Ln folders</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{name} and %Ln more</source>
        <translation>
            <numerusform>{name} and %Ln more</numerusform>
            <numerusform>{name} and %Ln more</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{done} of %Ln file(s)</source>
        <translation>
            <numerusform>{done} of %Ln file</numerusform>
            <numerusform>{done} of %Ln files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n transfer(s) running</source>
        <translation>
            <numerusform>%n transfer running</numerusform>
            <numerusform>%n transfers running</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n link(s) were left out</source>
        <translation>
            <numerusform>%n link was left out</numerusform>
            <numerusform>%n links were left out</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) were changed after they were offered: {names}</source>
        <translation>
            <numerusform>%n file was changed after it was offered: {names}</numerusform>
            <numerusform>%n files were changed after they were offered: {names}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files or more were changed after they were offered: {names}</source>
        <translation>
            <numerusform>%n files or more were changed after they were offered: {names}</numerusform>
            <numerusform>%n files or more were changed after they were offered: {names}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) could not be read: {names}</source>
        <translation>
            <numerusform>%n file could not be read: {names}</numerusform>
            <numerusform>%n files could not be read: {names}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files or more could not be read: {names}</source>
        <translation>
            <numerusform>%n files or more could not be read: {names}</numerusform>
            <numerusform>%n files or more could not be read: {names}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) not wanted by {name}</source>
        <translation>
            <numerusform>%n file not wanted by {name}</numerusform>
            <numerusform>%n files not wanted by {name}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) left out by you</source>
        <translation>
            <numerusform>%n file left out by you</numerusform>
            <numerusform>%n files left out by you</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} and %n more</numerusform>
            <numerusform>{names} and %n more</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>Landline · %n unread</source>
        <translation>
            <numerusform>Landline · %n unread</numerusform>
            <numerusform>Landline · %n unread</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message numerus="yes">
        <source>%n people are here</source>
        <translation>
            <numerusform>%n person is here</numerusform>
            <numerusform>%n people are here</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message numerus="yes">
        <source>%n unread message(s)</source>
        <translation>
            <numerusform>%n unread message</numerusform>
            <numerusform>%n unread messages</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n network(s) · end-to-end encrypted</source>
        <translation>
            <numerusform>%n network · end-to-end encrypted</numerusform>
            <numerusform>%n networks · end-to-end encrypted</numerusform>
        </translation>
    </message>
</context>
</TS>
