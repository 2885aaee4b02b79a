<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN">
<context>
    <name>AboutPage</name>
    <message>
        <source>Chat and files between the people on one network. No server, no account; everything is encrypted from end to end.</source>
        <translation>同一网络中的人直接聊天、传文件。没有服务器，不用账号；一切端到端加密。</translation>
    </message>
    <message>
        <source>For a fault report</source>
        <translation>用于故障报告</translation>
    </message>
    <message>
        <source>The versions of Landline, Qt, Python and the system.</source>
        <translation>Landline、Qt、Python 和系统的版本。</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Licences</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Landline and what it is built with</source>
        <translation>Landline 及其使用的组件</translation>
    </message>
    <message>
        <source>Choose one to read it.</source>
        <translation>选择一项即可阅读。</translation>
    </message>
    <message>
        <source>Text of the licence</source>
        <translation>许可证全文</translation>
    </message>
</context>
<context>
    <name>AddPeopleDialog</name>
    <message>
        <source>Add people</source>
        <translation>添加成员</translation>
    </message>
    <message>
        <source>Add people to this room</source>
        <translation>添加成员到此群聊</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Add</source>
        <translation>添加</translation>
    </message>
</context>
<context>
    <name>AllFilesDialog</name>
    <message>
        <source>Shared files</source>
        <translation>共享的文件</translation>
    </message>
    <message>
        <source>Search by name</source>
        <translation>按名称搜索</translation>
    </message>
    <message>
        <source>No file has this in its name.</source>
        <translation>没有名称中包含这些文字的文件。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>BackupDialog</name>
    <message>
        <source>Back up this profile</source>
        <translation>备份此个人资料</translation>
    </message>
    <message>
        <source>One file with your key, your messages and your settings, locked with a passphrase. Whoever has both is you; without the passphrase nobody can open it, you neither. Received files are not in it.</source>
        <translation>一个文件包含你的密钥、消息和设置，用口令加锁。拿到文件和口令的人就等于你；没有口令谁也打不开，包括你自己。不含接收的文件。</translation>
    </message>
    <message>
        <source>Moving to another computer: quit Landline here for good before you start it there. Two computers with one profile take each other&apos;s messages away.</source>
        <translation>换到另一台电脑：先在这里永久退出 Landline，再在那边启动。两台电脑同时使用一份资料会互相抢走消息。</translation>
    </message>
    <message>
        <source>Passphrase, 8 characters or more</source>
        <translation>口令（至少 8 个字符）</translation>
    </message>
    <message>
        <source>The same again</source>
        <translation>再输入一次</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>备份…</translation>
    </message>
    <message>
        <source>The two are not the same.</source>
        <translation>两次输入不一致。</translation>
    </message>
    <message>
        <source>Writing the backup…</source>
        <translation>正在写入备份…</translation>
    </message>
    <message>
        <source>{number}% written…</source>
        <translation>已写入 {number}%…</translation>
    </message>
    <message>
        <source>The backup is written: {name}. Keep it and its passphrase apart.</source>
        <translation>备份已写好：{name}。请把它和口令分开保管。</translation>
    </message>
</context>
<context>
    <name>BlankPage</name>
    <message>
        <source>Write to the members of {name}, or drop files here.</source>
        <translation>给 {name} 的成员写点什么，或把文件拖到这里。</translation>
    </message>
    <message>
        <source>Write to {name}, or drop files here.
No server is in between.</source>
        <translation>给 {name} 写点什么，或把文件拖到这里。
中间没有服务器。</translation>
    </message>
</context>
<context>
    <name>BlockedList</name>
    <message>
        <source>Blocked people</source>
        <translation>已屏蔽的人</translation>
    </message>
    <message>
        <source>Nobody is blocked. Whoever you block cannot reach you and is not told.</source>
        <translation>没有屏蔽任何人。被屏蔽的人无法联系你，也不会得知。</translation>
    </message>
</context>
<context>
    <name>ChatHeader</name>
    <message>
        <source>About this room</source>
        <translation>关于此群聊</translation>
    </message>
    <message>
        <source>Open the folder of received files</source>
        <translation>打开接收文件夹</translation>
    </message>
    <message>
        <source>About this person</source>
        <translation>联系人信息</translation>
    </message>
    <message>
        <source>Search in this chat</source>
        <translation>在此聊天中搜索</translation>
    </message>
    <message>
        <source>Back to the list</source>
        <translation>返回列表</translation>
    </message>
</context>
<context>
    <name>ChatPanel</name>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n 条新消息</numerusform>
        </translation>
    </message>
    <message>
        <source>To the end</source>
        <translation>回到最新</translation>
    </message>
    <message>
        <source>Messages with {name}</source>
        <translation>和 {name} 的消息</translation>
    </message>
</context>
<context>
    <name>ChatView</name>
    <message>
        <source>Go to a day</source>
        <translation>跳转到日期</translation>
    </message>
</context>
<context>
    <name>ChatsPage</name>
    <message>
        <source>Writing</source>
        <translation>写消息</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>Enter 键</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter 键</translation>
    </message>
    <message>
        <source>Send with</source>
        <translation>发送键</translation>
    </message>
    <message>
        <source>Shift+Enter always begins a new line.</source>
        <translation>Shift+Enter 总是换行。</translation>
    </message>
    <message>
        <source>Tell that I have read</source>
        <translation>告诉对方我已读</translation>
    </message>
    <message>
        <source>They see two filled ticks.</source>
        <translation>对方会看到两个实心勾。</translation>
    </message>
    <message>
        <source>Tell that I am writing</source>
        <translation>告诉对方我正在输入</translation>
    </message>
    <message>
        <source>Rooms</source>
        <translation>群聊</translation>
    </message>
    <message>
        <source>Be in “Everyone here”</source>
        <translation>加入“所有人”</translation>
    </message>
    <message>
        <source>One room for all who are on this network.</source>
        <translation>本网络上所有人的公共聊天。</translation>
    </message>
    <message>
        <source>Show pictures in the chat</source>
        <translation>在聊天中显示图片</translation>
    </message>
    <message>
        <source>Export a chat</source>
        <translation>导出聊天</translation>
    </message>
    <message>
        <source>As a web page or as text. Also in the menu of each conversation.</source>
        <translation>导出为网页或文本，也可以在每个会话的菜单里找到。</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>What others see</source>
        <translation>别人能看到什么</translation>
    </message>
    <message>
        <source>Otherwise only their cards.</source>
        <translation>否则只显示文件卡片。</translation>
    </message>
</context>
<context>
    <name>ClearPicturesDialog</name>
    <message>
        <source>Clear pictures</source>
        <translation>清除图片</translation>
    </message>
    <message numerus="yes">
        <source>Delete %n picture(s)?</source>
        <translation>
            <numerusform>要删除 %n 张图片吗？</numerusform>
        </translation>
    </message>
    <message>
        <source>That makes {size} free on this computer.</source>
        <translation>这会在本机腾出 {size}。</translation>
    </message>
    <message numerus="yes">
        <source>%n of them are still shown in a chat, which shows a card then.</source>
        <translation>
            <numerusform>其中 %n 张仍显示在聊天中，之后那里只显示卡片。</numerusform>
        </translation>
    </message>
    <message>
        <source>Whoever has received them keeps them. This cannot be undone.</source>
        <translation>已经收到的人会保留它们。此操作无法撤销。</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>Composer</name>
    <message>
        <source>Message {name} — drop files anywhere in this window</source>
        <translation>发消息给 {name} — 文件可直接拖进窗口</translation>
    </message>
    <message>
        <source>Message to {name}</source>
        <translation>发给 {name} 的消息</translation>
    </message>
    <message>
        <source>Enter sends, Shift+Enter breaks the line</source>
        <translation>回车发送，Shift+回车换行</translation>
    </message>
    <message>
        <source>Attach files</source>
        <translation>添加文件</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Enter</source>
        <translation>回车</translation>
    </message>
    <message>
        <source>Sending is off here</source>
        <translation>暂时不能发送</translation>
    </message>
    <message>
        <source>Message {name}</source>
        <translation>发消息给 {name}</translation>
    </message>
    <message>
        <source>Ctrl+Enter sends, Enter breaks the line</source>
        <translation>Ctrl+Enter 发送，Enter 换行</translation>
    </message>
    <message>
        <source>Emoji</source>
        <translation>表情</translation>
    </message>
</context>
<context>
    <name>ConnectDialog</name>
    <message>
        <source>Connect to an address</source>
        <translation>连接到地址</translation>
    </message>
    <message>
        <source>People on this network appear by themselves. For somebody elsewhere, enter the address of their computer: it stands in their settings, under “Network”.</source>
        <translation>同一网络中的人会自动出现。要连接别处的人，请输入对方电脑的地址：在对方设置的“网络”页上可以看到。</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>连接</translation>
    </message>
</context>
<context>
    <name>ContextStrip</name>
    <message>
        <source>An ordinary message instead</source>
        <translation>改为普通消息</translation>
    </message>
    <message>
        <source>Edit your message</source>
        <translation>编辑消息</translation>
    </message>
    <message>
        <source>Answer to yourself</source>
        <translation>回复自己</translation>
    </message>
    <message>
        <source>Answer to {name}</source>
        <translation>回复 {name}</translation>
    </message>
</context>
<context>
    <name>CopyBar</name>
    <message>
        <source>You are on two computers at once</source>
        <translation>你同时在两台电脑上</translation>
    </message>
    <message>
        <source>This profile runs at {address}, too. Each message reaches only one of the two: quit Landline on one of them for good.</source>
        <translation>这份资料也在 {address} 上运行。每条消息只会到达其中一台：请在其中一台上永久退出 Landline。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>CropDialog</name>
    <message>
        <source>Choose a part</source>
        <translation>选取一部分</translation>
    </message>
    <message>
        <source>Which part shall be seen?</source>
        <translation>要显示哪一部分？</translation>
    </message>
    <message>
        <source>Drag the picture, turn the wheel. Only this square is kept.</source>
        <translation>拖动图片，滚动滚轮缩放。只保留这个方形区域。</translation>
    </message>
    <message>
        <source>The picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Arrows move it, plus and minus make it larger and smaller</source>
        <translation>方向键移动，加号和减号放大缩小</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Use this part</source>
        <translation>使用这一部分</translation>
    </message>
</context>
<context>
    <name>DayPicker</name>
    <message>
        <source>Go to a day</source>
        <translation>跳转到日期</translation>
    </message>
    <message>
        <source>Days with messages</source>
        <translation>有消息的日期</translation>
    </message>
</context>
<context>
    <name>DeleteDialog</name>
    <message>
        <source>Delete this message</source>
        <translation>删除消息</translation>
    </message>
    <message>
        <source>Delete this message for all?</source>
        <translation>为所有人删除这条消息？</translation>
    </message>
    <message>
        <source>It disappears here and at everyone in {name}, once they are reached. What they have read, copied or saved already stays theirs.</source>
        <translation>它会从这里消失，{name} 里每个人联系上之后，他们那里也会消失。他们已经读过、复制或保存的内容仍归他们所有。</translation>
    </message>
    <message>
        <source>Delete this message for both?</source>
        <translation>为双方删除这条消息？</translation>
    </message>
    <message>
        <source>It disappears here and, once they are reached, at {name}. What they have read, copied or saved already stays theirs.</source>
        <translation>它会从这里消失；联系上 {name} 后，也会从对方那里消失。对方已读过、复制或保存的内容无法收回。</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>DeleteProfileDialog</name>
    <message>
        <source>Delete a former profile</source>
        <translation>删除以前的个人资料</translation>
    </message>
    <message>
        <source>Delete the profile of {day}?</source>
        <translation>要删除 {day} 的个人资料吗？</translation>
    </message>
    <message>
        <source>Its key and its messages are deleted from this computer. Without a backup of it nobody can be that person again. This cannot be undone.</source>
        <translation>它的密钥和消息会从本机删除。没有它的备份，谁也无法再成为那个人。此操作无法撤销。</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>DesktopPlace</name>
    <message>
        <source>Landline goes on here. Click to open it, or quit from its menu.</source>
        <translation>Landline 仍在这里运行。点击可打开窗口，也可从菜单中退出。</translation>
    </message>
    <message>
        <source>Nobody with this link is known here.</source>
        <translation>这里还不认识这个链接所指的人。</translation>
    </message>
    <message>
        <source>This link is not one of Landline&apos;s.</source>
        <translation>这不是 Landline 能打开的链接。</translation>
    </message>
</context>
<context>
    <name>DetailsDialog</name>
    <message>
        <source>From {name}</source>
        <translation>来自 {name}</translation>
    </message>
    <message>
        <source>For {name}</source>
        <translation>发给 {name}</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>{summary} · the first names:</source>
        <translation>{summary} · 前几项：</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>文件名</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>DiagnosisWords</name>
    <message>
        <source>Nothing is in the way.</source>
        <translation>一切正常，没有阻碍。</translation>
    </message>
    <message numerus="yes">
        <source>%n people are here.</source>
        <translation>
            <numerusform>有 %n 人在线。</numerusform>
        </translation>
    </message>
    <message>
        <source>Further down stands how to let Landline through.</source>
        <translation>下方说明如何放行 Landline。</translation>
    </message>
    <message>
        <source>{first} {second}</source>
        <comment>two sentences</comment>
        <translation>{first}{second}</translation>
    </message>
    <message>
        <source>This computer is on no network right now.</source>
        <translation>这台电脑现在没有连接网络。</translation>
    </message>
    <message>
        <source>Plug in a cable or join a Wi-Fi. Messages wait here until then.</source>
        <translation>请插上网线或加入 Wi-Fi。消息会在这里等待。</translation>
    </message>
    <message>
        <source>Another program keeps the port by which people find each other.</source>
        <translation>另一个程序独占了用来互相发现的端口。</translation>
    </message>
    <message>
        <source>Quit what uses UDP {port}, or connect to addresses by hand.</source>
        <translation>请退出占用 UDP {port} 的程序，或手动输入地址连接。</translation>
    </message>
    <message>
        <source>This computer lets Landline send nothing by {card}.</source>
        <translation>这台电脑不允许 Landline 通过 {card} 发送。</translation>
    </message>
    <message>
        <source>A firewall or a security program forbids it.</source>
        <translation>防火墙或安全软件禁止了发送。</translation>
    </message>
    <message>
        <source>A firewall on this computer keeps out what others send.</source>
        <translation>这台电脑的防火墙挡住了别人发来的内容。</translation>
    </message>
    <message>
        <source>Not even Landline&apos;s own signals come back in.</source>
        <translation>连 Landline 自己的信号也收不回来。</translation>
    </message>
    <message numerus="yes">
        <source>%n computer(s) can be heard, but not reached.</source>
        <translation>
            <numerusform>能听到 %n 台电脑，但无法连通。</numerusform>
        </translation>
    </message>
    <message>
        <source>A firewall on one of the two sides is in between.</source>
        <translation>两边之一的防火墙挡在中间。</translation>
    </message>
    <message numerus="yes">
        <source>%n of the people here are reached by TCP only.</source>
        <translation>
            <numerusform>在线的人中有 %n 位只能通过 TCP 连通。</numerusform>
        </translation>
    </message>
    <message>
        <source>Something on the way blocks UDP. All works, a little slower; allow UDP {port} on both computers to mend it.</source>
        <translation>途中有设备阻止 UDP。功能都正常，只是稍慢；在两台电脑上放行 UDP {port} 即可解决。</translation>
    </message>
    <message>
        <source>Nobody else is heard on this network.</source>
        <translation>在这个网络上没有听到其他人。</translation>
    </message>
    <message>
        <source>Is Landline running over there, on the same network? Guest networks keep their devices apart: take another one, or connect to an address.</source>
        <translation>对方是否在同一网络上运行 Landline？访客网络会隔离设备：请换一个网络，或按地址连接。</translation>
    </message>
    <message>
        <source>A VPN is in use.</source>
        <translation>正在使用 VPN。</translation>
    </message>
    <message>
        <source>It may take the traffic elsewhere: pause it to try.</source>
        <translation>它可能把流量带到别处：可暂停后再试。</translation>
    </message>
    <message>
        <source>Another program has port {usual}; Landline uses {port}.</source>
        <translation>端口 {usual} 被其他程序占用；Landline 使用 {port}。</translation>
    </message>
    <message>
        <source>People find you all the same. A firewall has to let this one in.</source>
        <translation>别人照样能找到你。防火墙需要放行这个端口。</translation>
    </message>
    <message>
        <source>Windows Security › Firewall &amp; network protection › Allow an app through firewall: tick Landline (or Python) under Private. The network has to be private, too: Settings › Network &amp; internet › Properties.</source>
        <translation>Windows 安全中心 › 防火墙和网络保护 › 允许应用通过防火墙：在“专用”下勾选 Landline（或 Python）。网络本身也要设为专用：设置 › 网络和 Internet › 属性。</translation>
    </message>
    <message>
        <source>System Settings › Network › Firewall › Options: allow incoming connections for Landline (or Python). And Privacy &amp; Security › Local Network: on.</source>
        <translation>系统设置 › 网络 › 防火墙 › 选项：允许 Landline（或 Python）的传入连接。另外打开：隐私与安全性 › 本地网络。</translation>
    </message>
</context>
<context>
    <name>DropOverlay</name>
    <message numerus="yes">
        <source>%n item(s)</source>
        <translation>
            <numerusform>%n 个项目</numerusform>
        </translation>
    </message>
    <message>
        <source>more than {size}</source>
        <translation>超过 {size}</translation>
    </message>
    <message>
        <source>{what}, {size} · {name} will be asked first</source>
        <translation>{what}，{size} · 会先征得 {name} 同意</translation>
    </message>
    <message numerus="yes">
        <source>{what}, {size} · %n people will be asked first</source>
        <translation>
            <numerusform>{what}，{size} · 会先征得 %n 人同意</numerusform>
        </translation>
    </message>
    <message>
        <source>Hold {key} to choose more people</source>
        <translation>按住 {key} 可选择更多人</translation>
    </message>
    <message>
        <source>Send to {name}</source>
        <translation>发送给 {name}</translation>
    </message>
</context>
<context>
    <name>EarlierDialog</name>
    <message>
        <source>Earlier texts</source>
        <translation>之前的内容</translation>
    </message>
    <message>
        <source>What this message said before</source>
        <translation>这条消息之前的内容</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>EmojiList</name>
    <message>
        <source>Emoji with that name</source>
        <translation>叫这个名字的表情</translation>
    </message>
</context>
<context>
    <name>EmojiPicker</name>
    <message>
        <source>Emoji</source>
        <translation>表情</translation>
    </message>
    <message>
        <source>Search emoji</source>
        <translation>搜索表情</translation>
    </message>
    <message>
        <source>No emoji is called that</source>
        <translation>没有找到这样的表情</translation>
    </message>
    <message>
        <source>Skin colour: none</source>
        <translation>肤色：默认</translation>
    </message>
    <message>
        <source>Skin colour: light</source>
        <translation>肤色：浅</translation>
    </message>
    <message>
        <source>Skin colour: medium light</source>
        <translation>肤色：较浅</translation>
    </message>
    <message>
        <source>Skin colour: medium</source>
        <translation>肤色：中等</translation>
    </message>
    <message>
        <source>Skin colour: medium dark</source>
        <translation>肤色：较深</translation>
    </message>
    <message>
        <source>Skin colour: dark</source>
        <translation>肤色：深</translation>
    </message>
    <message>
        <source>Used last</source>
        <translation>最近使用</translation>
    </message>
    <message>
        <source>Smileys and feelings</source>
        <translation>笑脸与情感</translation>
    </message>
    <message>
        <source>People and gestures</source>
        <translation>人物与手势</translation>
    </message>
    <message>
        <source>Animals and nature</source>
        <translation>动物与自然</translation>
    </message>
    <message>
        <source>Food and drink</source>
        <translation>食物与饮料</translation>
    </message>
    <message>
        <source>Travel and places</source>
        <translation>旅行与地点</translation>
    </message>
    <message>
        <source>Activities</source>
        <translation>活动</translation>
    </message>
    <message>
        <source>Objects</source>
        <translation>物品</translation>
    </message>
    <message>
        <source>Symbols</source>
        <translation>符号</translation>
    </message>
    <message>
        <source>Flags</source>
        <translation>旗帜</translation>
    </message>
</context>
<context>
    <name>EmptyPage</name>
    <message>
        <source>Landline could not start</source>
        <translation>Landline 无法启动</translation>
    </message>
    <message>
        <source>Landline had to stop</source>
        <translation>Landline 已停止运行</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Choose somebody to write to</source>
        <translation>选一个人开始聊天</translation>
    </message>
    <message>
        <source>People on this network appear at the left by themselves. Messages and files go straight to them: no server, no account.</source>
        <translation>本网络里的人会自动出现在左侧。消息和文件直接送到对方：没有服务器，不用账号。</translation>
    </message>
    <message>
        <source>Connect to an address…</source>
        <translation>连接到地址…</translation>
    </message>
    <message>
        <source>Put a backup back…</source>
        <translation>从备份恢复…</translation>
    </message>
</context>
<context>
    <name>Everywhere</name>
    <message>
        <source>Nothing was found.</source>
        <translation>未找到任何内容。</translation>
    </message>
    <message>
        <source>Finds words in messages, and the names of files, people and rooms.</source>
        <translation>可查找消息内容，以及文件、联系人和群聊的名称。</translation>
    </message>
    <message>
        <source>Search everywhere</source>
        <translation>全局搜索</translation>
    </message>
    <message>
        <source>Close the search</source>
        <translation>关闭搜索</translation>
    </message>
    <message>
        <source>What was found</source>
        <translation>搜索结果</translation>
    </message>
    <message numerus="yes">
        <source>%n more in requests from strangers</source>
        <translation>
            <numerusform>陌生人的请求中还有 %n 条结果</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>EverywhereOffer</name>
    <message>
        <source>Search messages for “{words}”</source>
        <translation>在消息中搜索“{words}”</translation>
    </message>
</context>
<context>
    <name>ExportDialog</name>
    <message>
        <source>Export a chat</source>
        <translation>导出聊天</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>聊天</translation>
    </message>
    <message>
        <source>As</source>
        <translation>格式</translation>
    </message>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>From</source>
        <translation>从</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>到</translation>
    </message>
    <message>
        <source>Web page (HTML)</source>
        <translation>网页（HTML）</translation>
    </message>
    <message>
        <source>Plain text</source>
        <translation>纯文本</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Some days</source>
        <translation>部分日期</translation>
    </message>
    <message>
        <source>Link to received files</source>
        <translation>链接到已接收的文件</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
    <message>
        <source>Unnamed</source>
        <translation>未命名</translation>
    </message>
    <message>
        <source>{number} messages written…</source>
        <translation>已写入 {number} 条消息…</translation>
    </message>
    <message>
        <source>The file could not be written there.</source>
        <translation>无法在那里写入文件。</translation>
    </message>
    <message numerus="yes">
        <source>%n message(s) are in {name}.</source>
        <translation>
            <numerusform>{name} 中有 %n 条消息。</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FileButton</name>
    <message>
        <source>Shared file</source>
        <translation>共享的文件</translation>
    </message>
</context>
<context>
    <name>FilesPage</name>
    <message>
        <source>Folder for received files</source>
        <translation>接收文件的文件夹</translation>
    </message>
    <message>
        <source>Another folder</source>
        <translation>换一个文件夹</translation>
    </message>
    <message>
        <source>What was received stays where it is.</source>
        <translation>已接收的文件留在原处。</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Transfers at once</source>
        <translation>同时传输数</translation>
    </message>
    <message>
        <source>The others wait for their turn.</source>
        <translation>其余的排队等候。</translation>
    </message>
    <message>
        <source>Accepted without a question</source>
        <translation>不询问就接收</translation>
    </message>
    <message>
        <source>From nobody. It can be allowed for a person in their details.</source>
        <translation>没有人。可以在某人的详情里允许。</translation>
    </message>
    <message>
        <source>Ask again</source>
        <translation>恢复询问</translation>
    </message>
    <message>
        <source>Any size</source>
        <translation>任意大小</translation>
    </message>
    <message>
        <source>Up to {size}</source>
        <translation>不超过 {size}</translation>
    </message>
    <message>
        <source>Larger offers ask first.</source>
        <translation>更大的仍会先询问。</translation>
    </message>
    <message>
        <source>Size accepted from {name}</source>
        <translation>自动接收 {name} 的大小上限</translation>
    </message>
</context>
<context>
    <name>ForgetDialog</name>
    <message>
        <source>Forget</source>
        <translation>删除此人</translation>
    </message>
    <message>
        <source>Forget {name}?</source>
        <translation>删除 {name}？</translation>
    </message>
    <message>
        <source>All messages with them are deleted from this computer, and what was not delivered is never sent. Files that have arrived stay in their folder. If they come back, they are a stranger. This cannot be undone.</source>
        <translation>与此人的所有消息都会从这台电脑上删除，尚未送达的不会再发送。已收到的文件仍留在原来的文件夹里。对方再次出现时就是陌生人。此操作无法撤销。</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Delete and forget</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>Format</name>
    <message>
        <source>Yesterday</source>
        <translation>昨天</translation>
    </message>
    <message>
        <source>d MMM</source>
        <comment>date without year, Qt&apos;s letters</comment>
        <translation>M月d日</translation>
    </message>
    <message>
        <source>Today</source>
        <translation>今天</translation>
    </message>
    <message>
        <source>{done} of {size}</source>
        <comment>bytes</comment>
        <translation>{done} / {size}</translation>
    </message>
    <message>
        <source>{size}/s</source>
        <comment>transfer rate</comment>
        <translation>{size}/秒</translation>
    </message>
    <message>
        <source>{number}%</source>
        <comment>share done</comment>
        <translation>{number}%</translation>
    </message>
    <message>
        <source>{number} ms</source>
        <comment>round trip</comment>
        <translation>{number} 毫秒</translation>
    </message>
    <message numerus="yes">
        <source>%n s left</source>
        <translation>
            <numerusform>剩余 %n 秒</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n min left</source>
        <translation>
            <numerusform>剩余 %n 分钟</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n h left</source>
        <translation>
            <numerusform>剩余 %n 小时</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ForwardDialog</name>
    <message>
        <source>Forward</source>
        <translation>转发</translation>
    </message>
    <message>
        <source>Forward to</source>
        <translation>转发给</translation>
    </message>
    <message>
        <source>Search people</source>
        <translation>搜索联系人</translation>
    </message>
    <message>
        <source>People</source>
        <translation>联系人</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>ForwardManyDialog</name>
    <message numerus="yes">
        <source>Forward to %n</source>
        <comment>people</comment>
        <translation>
            <numerusform>转发给 %n 人</numerusform>
        </translation>
    </message>
    <message>
        <source>Forward</source>
        <translation>转发</translation>
    </message>
    <message>
        <source>Forward to</source>
        <translation>转发给</translation>
    </message>
</context>
<context>
    <name>Gauge</name>
    <message>
        <source>All transfers ({key})</source>
        <translation>全部传输（{key}）</translation>
    </message>
</context>
<context>
    <name>GeneralPage</name>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>{number}%</source>
        <translation>{number}%</translation>
    </message>
    <message>
        <source>Also with Ctrl and plus or minus.</source>
        <translation>也可以按 Ctrl 加“+”或“-”。</translation>
    </message>
    <message>
        <source>High contrast</source>
        <translation>高对比度</translation>
    </message>
    <message>
        <source>Stronger colours and outlines.</source>
        <translation>颜色和轮廓更分明。</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>Stay in the tray when the window is closed</source>
        <translation>关闭窗口后留在托盘</translation>
    </message>
    <message>
        <source>Messages keep coming. Without a tray, closing the window quits.</source>
        <translation>仍会收到消息。没有托盘时，关闭窗口即退出。</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Text size</source>
        <translation>文字大小</translation>
    </message>
    <message>
        <source>Reduce motion</source>
        <translation>减少动画</translation>
    </message>
    <message>
        <source>Turns animations off.</source>
        <translation>关闭动画效果。</translation>
    </message>
    <message>
        <source>Start when I log in</source>
        <translation>登录时启动</translation>
    </message>
    <message>
        <source>Landline waits in the tray until you open it.</source>
        <translation>启动后留在托盘里，等你打开。</translation>
    </message>
</context>
<context>
    <name>GoneBar</name>
    <message>
        <source>Turn it on again</source>
        <translation>重新开启</translation>
    </message>
</context>
<context>
    <name>InfoPanel</name>
    <message>
        <source>Unblock</source>
        <translation>取消屏蔽</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>屏蔽</translation>
    </message>
    <message>
        <source>Any size</source>
        <translation>不限大小</translation>
    </message>
    <message>
        <source>Up to {size}</source>
        <translation>不超过 {size}</translation>
    </message>
    <message>
        <source>This is the number of {name}&apos;s key so far. Compare the new one above the chat.</source>
        <translation>这是 {name} 原来那把密钥的安全码。新的请在聊天上方核对。</translation>
    </message>
    <message>
        <source>You compared it with {name}: nobody is in between.</source>
        <translation>你已和 {name} 核对过：中间没有别人。</translation>
    </message>
    <message>
        <source>Compare it with {name}&apos;s screen. If both show the same, nobody is in between.</source>
        <translation>请和 {name} 屏幕上的数字核对。两边相同，就说明中间没有别人。</translation>
    </message>
    <message>
        <source>Verify…</source>
        <translation>核对…</translation>
    </message>
    <message>
        <source>Landline {version}</source>
        <translation>Landline {version}</translation>
    </message>
    <message>
        <source>Safety number</source>
        <translation>安全码</translation>
    </message>
    <message>
        <source>Connection</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Round trip</source>
        <translation>往返时间</translation>
    </message>
    <message>
        <source>App</source>
        <translation>应用</translation>
    </message>
    <message>
        <source>Accept files automatically</source>
        <translation>自动接收文件</translation>
    </message>
    <message>
        <source>Size accepted automatically</source>
        <translation>自动接收的大小</translation>
    </message>
    <message>
        <source>Notify me</source>
        <translation>通知我</translation>
    </message>
    <message>
        <source>Forget…</source>
        <translation>删除此人…</translation>
    </message>
    <message>
        <source>Remove the verification</source>
        <translation>撤销核对</translation>
    </message>
    <message>
        <source>Without asking</source>
        <translation>无需询问</translation>
    </message>
</context>
<context>
    <name>KeyBar</name>
    <message>
        <source>Open the new chat</source>
        <translation>打开新的聊天</translation>
    </message>
    <message>
        <source>Compare the number…</source>
        <translation>核对安全码…</translation>
    </message>
    <message>
        <source>It is somebody else</source>
        <translation>是另一个人</translation>
    </message>
    <message>
        <source>Block the new key</source>
        <translation>屏蔽新密钥</translation>
    </message>
    <message>
        <source>{name} goes on with another key</source>
        <translation>{name} 换了密钥继续聊天</translation>
    </message>
    <message>
        <source>You have compared it. What was said with the old key stays here.</source>
        <translation>你已核对过。用旧密钥说过的话保留在这里。</translation>
    </message>
    <message>
        <source>Somebody came as {name}, with another key</source>
        <translation>有人以 {name} 的名义出现，但密钥不同</translation>
    </message>
    <message>
        <source>{name} may have set up Landline anew, or somebody poses as them. Call {name} and compare the number. Until you decide, nothing is sent here.</source>
        <translation>可能是 {name} 重新安装了 Landline，也可能是有人冒充。请打电话给 {name} 核对安全码。在你决定之前，这里不会发送任何内容。</translation>
    </message>
</context>
<context>
    <name>KeySheet</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>KeyTable</name>
    <message>
        <source>Conversations</source>
        <translation>会话</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>写消息</translation>
    </message>
    <message>
        <source>Window</source>
        <translation>窗口</translation>
    </message>
    <message>
        <source>Find people and conversations</source>
        <translation>查找联系人和会话</translation>
    </message>
    <message>
        <source>Search here</source>
        <translation>在此搜索</translation>
    </message>
    <message>
        <source>Search everywhere</source>
        <translation>搜索全部</translation>
    </message>
    <message>
        <source>Next conversation</source>
        <translation>下一个会话</translation>
    </message>
    <message>
        <source>Previous conversation</source>
        <translation>上一个会话</translation>
    </message>
    <message>
        <source>Send files</source>
        <translation>发送文件</translation>
    </message>
    <message>
        <source>Send to several people</source>
        <translation>发送给多人</translation>
    </message>
    <message>
        <source>Transfers</source>
        <translation>传输</translation>
    </message>
    <message>
        <source>Bold</source>
        <translation>粗体</translation>
    </message>
    <message>
        <source>Italic</source>
        <translation>斜体</translation>
    </message>
    <message>
        <source>Code</source>
        <translation>代码</translation>
    </message>
    <message>
        <source>Block of code</source>
        <translation>代码块</translation>
    </message>
    <message>
        <source>Emoji</source>
        <translation>表情</translation>
    </message>
    <message>
        <source>Take a screenshot</source>
        <translation>截图</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>Larger text</source>
        <translation>放大文字</translation>
    </message>
    <message>
        <source>Smaller text</source>
        <translation>缩小文字</translation>
    </message>
    <message>
        <source>Close the window</source>
        <translation>关闭窗口</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Conversation by position</source>
        <translation>按位置打开会话</translation>
    </message>
    <message>
        <source>Normal text size</source>
        <translation>恢复文字大小</translation>
    </message>
    <message>
        <source>Close or go back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Next match</source>
        <translation>下一处结果</translation>
    </message>
    <message>
        <source>Previous match</source>
        <translation>上一处结果</translation>
    </message>
    <message>
        <source>Menu of what has the focus</source>
        <translation>当前项的菜单</translation>
    </message>
</context>
<context>
    <name>LeaveDialog</name>
    <message>
        <source>Leave the room</source>
        <translation>退出群聊</translation>
    </message>
    <message>
        <source>Leave {name}?</source>
        <translation>退出 {name}？</translation>
    </message>
    <message>
        <source>Nothing more reaches you from there, and the others see that you left. What was said stays on this computer.</source>
        <translation>你将不再收到那里的消息，其他人会看到你已退出。已有的消息仍保留在这台电脑上。</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>留下</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>退出</translation>
    </message>
</context>
<context>
    <name>LinkDialog</name>
    <message>
        <source>Open this address?</source>
        <translation>打开这个网址？</translation>
    </message>
    <message>
        <source>It may not be what it looks like. Your browser would go to:</source>
        <translation>它可能和看上去的不一样。浏览器实际会打开：</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Do not open</source>
        <translation>不打开</translation>
    </message>
</context>
<context>
    <name>ListMenu</name>
    <message>
        <source>Close the chat</source>
        <translation>关闭聊天</translation>
    </message>
    <message>
        <source>Unpin</source>
        <translation>取消置顶</translation>
    </message>
    <message>
        <source>Pin to the top</source>
        <translation>置顶</translation>
    </message>
    <message>
        <source>Mark as read</source>
        <translation>标为已读</translation>
    </message>
    <message>
        <source>Mark as unread</source>
        <translation>标为未读</translation>
    </message>
    <message>
        <source>Leave the room…</source>
        <translation>退出群聊…</translation>
    </message>
    <message>
        <source>Verify…</source>
        <translation>核对…</translation>
    </message>
    <message>
        <source>Unblock</source>
        <translation>取消屏蔽</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>屏蔽</translation>
    </message>
    <message>
        <source>Forget…</source>
        <translation>删除此人…</translation>
    </message>
    <message>
        <source>Notify me again</source>
        <translation>重新通知我</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>不再通知</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>导出…</translation>
    </message>
</context>
<context>
    <name>LocalFiles</name>
    <message>
        <source>Save as</source>
        <translation>另存为</translation>
    </message>
</context>
<context>
    <name>MainMenu</name>
    <message>
        <source>New room…</source>
        <translation>新建群聊…</translation>
    </message>
    <message>
        <source>Connect to an address…</source>
        <translation>连接到地址…</translation>
    </message>
    <message>
        <source>Transfers</source>
        <translation>传输</translation>
    </message>
    <message>
        <source>About Landline</source>
        <translation>关于 Landline</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
</context>
<context>
    <name>ManyDialog</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>MePanel</name>
    <message>
        <source>Unnamed</source>
        <translation>未命名</translation>
    </message>
    <message>
        <source>Change the name that others see</source>
        <translation>修改别人看到的名字</translation>
    </message>
    <message>
        <source>My name: {name}</source>
        <translation>我的名字：{name}</translation>
    </message>
    <message>
        <source>My name</source>
        <translation>我的名字</translation>
    </message>
    <message>
        <source>New room or address</source>
        <translation>新建群聊或连接地址</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>菜单</translation>
    </message>
    <message>
        <source>My picture</source>
        <translation>我的头像</translation>
    </message>
</context>
<context>
    <name>MemberRow</name>
    <message>
        <source>Online</source>
        <translation>在线</translation>
    </message>
    <message>
        <source>Away</source>
        <translation>不在</translation>
    </message>
    <message>
        <source>Remove from the room</source>
        <translation>移出群聊</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>移出 {name}</translation>
    </message>
</context>
<context>
    <name>MentionList</name>
    <message>
        <source>Members to mention</source>
        <translation>可提及的成员</translation>
    </message>
</context>
<context>
    <name>Month</name>
    <message>
        <source>Previous month</source>
        <translation>上个月</translation>
    </message>
    <message>
        <source>Next month</source>
        <translation>下个月</translation>
    </message>
    <message>
        <source>Month</source>
        <translation>月份</translation>
    </message>
    <message>
        <source>Year</source>
        <translation>年份</translation>
    </message>
</context>
<context>
    <name>MyPicture</name>
    <message>
        <source>My picture</source>
        <translation>我的头像</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Choose my picture</source>
        <translation>选择我的头像</translation>
    </message>
    <message>
        <source>Paste my picture</source>
        <translation>粘贴我的头像</translation>
    </message>
    <message>
        <source>Remove my picture</source>
        <translation>移除我的头像</translation>
    </message>
</context>
<context>
    <name>NetworkPage</name>
    <message>
        <source>How it stands</source>
        <translation>现状</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>UDP {udp}, TCP {tcp}; to find each other UDP {shared}</source>
        <translation>UDP {udp}、TCP {tcp}；互相发现用 UDP {shared}</translation>
    </message>
    <message>
        <source>Ports of this computer</source>
        <translation>本机端口</translation>
    </message>
    <message>
        <source>A firewall has to let these in.</source>
        <translation>防火墙需要放行这些端口。</translation>
    </message>
    <message>
        <source>Letting Landline through a firewall, on both computers</source>
        <translation>在两台电脑的防火墙中放行 Landline</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>正在查看…</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>It has no address that others could type.</source>
        <translation>本机没有别人可以输入的地址。</translation>
    </message>
    <message>
        <source>Somebody whom the network does not show</source>
        <translation>网络中没有显示的人</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Connect to an address</source>
        <translation>连接到地址</translation>
    </message>
    <message>
        <source>It stands on this page of their settings. One of you two is enough.</source>
        <translation>对方设置的这一页上有地址。你们两人中有一人连接即可。</translation>
    </message>
    <message>
        <source>Calling…</source>
        <translation>正在连接…</translation>
    </message>
    <message>
        <source>Connected: the conversation is open in the window.</source>
        <translation>已连接：聊天已在主窗口中打开。</translation>
    </message>
</context>
<context>
    <name>NewRoomDialog</name>
    <message>
        <source>New room</source>
        <translation>新建群聊</translation>
    </message>
    <message>
        <source>Name of the room</source>
        <translation>群聊名称</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Create</source>
        <translation>创建</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>NotificationsPage</name>
    <message>
        <source>Notify me of messages</source>
        <translation>有消息时通知我</translation>
    </message>
    <message>
        <source>Only while their chat is not in front.</source>
        <translation>仅当该聊天不在最前面时。</translation>
    </message>
    <message>
        <source>Show what was said</source>
        <translation>显示消息内容</translation>
    </message>
    <message>
        <source>Sound</source>
        <translation>声音</translation>
    </message>
    <message>
        <source>Notify me again</source>
        <translation>重新通知我</translation>
    </message>
    <message>
        <source>Muted</source>
        <translation>已静音</translation>
    </message>
    <message>
        <source>None. Mute one in its menu or in its details.</source>
        <translation>没有。可以在会话的菜单或详情里静音。</translation>
    </message>
    <message>
        <source>Otherwise only that somebody wrote.</source>
        <translation>否则只提示有人发来消息。</translation>
    </message>
    <message>
        <source>Muted conversations</source>
        <translation>已静音的会话</translation>
    </message>
</context>
<context>
    <name>Notifier</name>
    <message numerus="yes">
        <source>%n new message(s)</source>
        <translation>
            <numerusform>%n 条新消息</numerusform>
        </translation>
    </message>
    <message>
        <source>Wants to send you {name}</source>
        <translation>想发给你 {name}</translation>
    </message>
    <message numerus="yes">
        <source>%n request(s) from strangers</source>
        <translation>
            <numerusform>%n 个陌生人请求</numerusform>
        </translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>{name} has stopped</source>
        <translation>{name} 已中断</translation>
    </message>
    <message>
        <source>{name} has arrived</source>
        <translation>{name} 已收到</translation>
    </message>
    <message>
        <source>{name} was received</source>
        <translation>对方已收到 {name}</translation>
    </message>
    <message>
        <source>A transfer has ended</source>
        <translation>一项传输已结束</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>回复</translation>
    </message>
    <message>
        <source>Mark as read</source>
        <translation>标为已读</translation>
    </message>
</context>
<context>
    <name>OfferDialog</name>
    <message>
        <source>{name} wants to send you files</source>
        <translation>{name} 想给你发送文件</translation>
    </message>
    <message>
        <source>Save to</source>
        <translation>保存到</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Change the folder</source>
        <translation>更改文件夹</translation>
    </message>
    <message>
        <source>If a name is taken</source>
        <translation>遇到同名文件</translation>
    </message>
    <message>
        <source>{summary} · asking for the whole list…</source>
        <translation>{summary} · 正在获取完整列表…</translation>
    </message>
    <message>
        <source>{summary} · {name} does not have this any more</source>
        <translation>{summary} · {name} 那边已没有这些文件</translation>
    </message>
    <message>
        <source>{summary} · the first names:</source>
        <translation>{summary} · 前几个名称：</translation>
    </message>
    <message>
        <source>Everything is chosen</source>
        <translation>已选全部</translation>
    </message>
    <message>
        <source>Nothing is chosen</source>
        <translation>未选任何内容</translation>
    </message>
    <message numerus="yes">
        <source>Chosen: {files} of %Ln file(s), {size}</source>
        <translation>
            <numerusform>已选：{files} / %Ln 个文件，{size}</numerusform>
        </translation>
    </message>
    <message>
        <source>A part of it is chosen</source>
        <translation>已选一部分</translation>
    </message>
    <message>
        <source>Not enough room there: {size} are missing.</source>
        <translation>空间不足：还差 {size}。</translation>
    </message>
    <message>
        <source>Choose all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>Choose nothing</source>
        <translation>全不选</translation>
    </message>
    <message>
        <source>As for all</source>
        <translation>与整体一致</translation>
    </message>
    <message>
        <source>If the name is taken</source>
        <translation>遇到同名文件</translation>
    </message>
    <message>
        <source>Names</source>
        <translation>文件名</translation>
    </message>
    <message>
        <source>{size} free</source>
        <translation>剩余空间 {size}</translation>
    </message>
</context>
<context>
    <name>OfferTree</name>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>If the name is taken</source>
        <translation>遇到同名文件</translation>
    </message>
    <message>
        <source>size not known yet</source>
        <translation>大小未知</translation>
    </message>
    <message>
        <source>can run something when it is opened</source>
        <translation>打开时可能运行程序</translation>
    </message>
    <message numerus="yes">
        <source>and %Ln more</source>
        <translation>
            <numerusform>以及另外 %Ln 项</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Outbox</name>
    <message>
        <source>Send files</source>
        <translation>发送文件</translation>
    </message>
    <message>
        <source>Send a folder</source>
        <translation>发送文件夹</translation>
    </message>
</context>
<context>
    <name>PageNames</name>
    <message>
        <source>General</source>
        <translation>通用</translation>
    </message>
    <message>
        <source>Profile</source>
        <translation>个人资料</translation>
    </message>
    <message>
        <source>Chats</source>
        <translation>聊天</translation>
    </message>
    <message>
        <source>Notifications</source>
        <translation>通知</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Privacy and security</source>
        <translation>隐私与安全</translation>
    </message>
    <message>
        <source>Storage</source>
        <translation>存储</translation>
    </message>
    <message>
        <source>About</source>
        <translation>关于</translation>
    </message>
</context>
<context>
    <name>PeoplePicker</name>
    <message>
        <source>Search people and rooms</source>
        <translation>搜索联系人和群聊</translation>
    </message>
    <message>
        <source>People and rooms</source>
        <translation>联系人和群聊</translation>
    </message>
    <message>
        <source>Search people</source>
        <translation>搜索联系人</translation>
    </message>
    <message>
        <source>People</source>
        <translation>联系人</translation>
    </message>
</context>
<context>
    <name>PictureDialog</name>
    <message>
        <source>Send a picture</source>
        <translation>发送图片</translation>
    </message>
    <message>
        <source>Send to {name}?</source>
        <translation>发送给 {name}？</translation>
    </message>
    <message>
        <source>The picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Drag over the picture to send only a part of it.</source>
        <translation>在图片上拖动，可以只发送其中一部分。</translation>
    </message>
    <message>
        <source>Arrows move the upper left corner of the part, with Shift the lower right one</source>
        <translation>方向键移动所选部分的左上角，按住 Shift 移动右下角</translation>
    </message>
    <message>
        <source>Do not send</source>
        <translation>不发送</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
</context>
<context>
    <name>PicturePlace</name>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>This system gives no pictures of its screen.</source>
        <translation>此系统不允许截取屏幕。</translation>
    </message>
    <message>
        <source>Screenshot</source>
        <translation>截图</translation>
    </message>
</context>
<context>
    <name>PlainLabel</name>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
</context>
<context>
    <name>Previews</name>
    <message>
        <source>Wants to write to you</source>
        <translation>想给你发消息</translation>
    </message>
    <message>
        <source>Draft: {text}</source>
        <translation>草稿：{text}</translation>
    </message>
    <message>
        <source>Blocked</source>
        <translation>已屏蔽</translation>
    </message>
    <message>
        <source>{name} · waits for your answer</source>
        <translation>{name} · 等你答复</translation>
    </message>
    <message>
        <source>{name} · stopped</source>
        <translation>{name} · 已中断</translation>
    </message>
    <message>
        <source>Came back with another key?</source>
        <translation>换了密钥回来？</translation>
    </message>
</context>
<context>
    <name>PrivacyPage</name>
    <message>
        <source>Anyone here may write to me</source>
        <translation>这里的任何人都可以给我发消息</translation>
    </message>
    <message>
        <source>Lock my key with this computer&apos;s keyring</source>
        <translation>用本机的密钥环锁住我的密钥</translation>
    </message>
    <message>
        <source>With a copy of the profile&apos;s folder alone, nobody can be you.</source>
        <translation>只拿到个人资料文件夹的副本，无法冒充你。</translation>
    </message>
    <message>
        <source>Blocked people</source>
        <translation>已屏蔽的人</translation>
    </message>
    <message>
        <source>Verified people</source>
        <translation>已核对的人</translation>
    </message>
    <message>
        <source>Safety number compared</source>
        <translation>已核对安全码</translation>
    </message>
    <message>
        <source>Nobody yet. Compare the safety number in somebody&apos;s details.</source>
        <translation>还没有。可以在某人的详情里核对安全码。</translation>
    </message>
    <message>
        <source>Otherwise strangers have to ask first.</source>
        <translation>否则陌生人要先提出请求。</translation>
    </message>
</context>
<context>
    <name>ProfilePage</name>
    <message>
        <source>My name</source>
        <translation>我的名字</translation>
    </message>
    <message>
        <source>Others see it. It need not be unique.</source>
        <translation>别人会看到它，不必独一无二。</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>这台电脑</translation>
    </message>
    <message>
        <source>My key</source>
        <translation>我的密钥</translation>
    </message>
    <message>
        <source>My safety code</source>
        <translation>我的安全码</translation>
    </message>
    <message>
        <source>My half of the safety number that I compare with each of my people.</source>
        <translation>与每个人核对的安全码中属于我的一半。</translation>
    </message>
    <message>
        <source>My ID</source>
        <translation>我的 ID（标识）</translation>
    </message>
    <message>
        <source>Made of your key. Nobody else can have it.</source>
        <translation>由你的密钥生成，别人不可能拥有。</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Whoever you have accepted sees it. Strangers never do.</source>
        <translation>你接受过的人会看到，陌生人永远看不到。</translation>
    </message>
    <message>
        <source>My picture</source>
        <translation>我的头像</translation>
    </message>
</context>
<context>
    <name>ReceiptsDialog</name>
    <message>
        <source>Who has it</source>
        <translation>谁收到了</translation>
    </message>
    <message>
        <source>Who has this message</source>
        <translation>谁收到了这条消息</translation>
    </message>
    <message>
        <source>People</source>
        <translation>联系人</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>RemoveDialog</name>
    <message>
        <source>Remove from the room</source>
        <translation>移出群聊</translation>
    </message>
    <message>
        <source>Remove {name} from this room?</source>
        <translation>将 {name} 移出此群聊？</translation>
    </message>
    <message>
        <source>They get nothing more from it. What they have already stays theirs.</source>
        <translation>对方将不再收到群聊消息，已收到的内容仍归对方所有。</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移出</translation>
    </message>
</context>
<context>
    <name>RequestBar</name>
    <message>
        <source>{name} is not on your list yet. They do not learn that you read this until you accept or answer.</source>
        <translation>{name} 还不在你的名单里。在你接受或回复之前，对方不会知道你看过。</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>接受</translation>
    </message>
    <message>
        <source>Accept this person</source>
        <translation>接受此人</translation>
    </message>
    <message>
        <source>Block</source>
        <translation>屏蔽</translation>
    </message>
    <message>
        <source>Block this person</source>
        <translation>屏蔽此人</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Delete this request</source>
        <translation>删除此请求</translation>
    </message>
    <message>
        <source>Careful: this is a person who chose that name, nobody from Landline. They do not learn that you read this until you accept or answer.</source>
        <translation>注意：这是一个给自己起了这个名字的用户，与 Landline 无关。在你接受或回复之前，对方不会知道你读过。</translation>
    </message>
    <message>
        <source>Careful: this may be {known} with another key, or somebody who took the name. Compare the number in the chat with {known} before you accept. They do not learn that you read this until you accept or answer.</source>
        <translation>注意：这可能是换了密钥的 {known}，也可能是冒用此名的人。接受之前，请先在与 {known} 的聊天中核对安全码。在你接受或回复之前，对方不会知道你读过。</translation>
    </message>
    <message>
        <source>Careful: this is not the {known} you know, but somebody whose name looks the same. They do not learn that you read this until you accept or answer.</source>
        <translation>注意：这不是你认识的 {known}，而是名字看起来一样的另一个人。在你接受或回复之前，对方不会知道你读过。</translation>
    </message>
</context>
<context>
    <name>RestoreDialog</name>
    <message>
        <source>Put a backup back</source>
        <translation>从备份恢复</translation>
    </message>
    <message>
        <source>Choose the file that “Back up” has written. Landline starts again with everything that is in it, as the person who wrote it.</source>
        <translation>选择用“备份”写出的文件。Landline 会带着其中的全部内容重新启动，你就是写下它的那个人。</translation>
    </message>
    <message>
        <source>Choose the file…</source>
        <translation>选择文件…</translation>
    </message>
    <message>
        <source>Its passphrase</source>
        <translation>它的口令</translation>
    </message>
    <message>
        <source>What is here now is no longer shown then, but nothing is deleted: it is kept aside in the profile&apos;s folder, with its key and its messages.</source>
        <translation>现在这里的内容将不再显示，但什么都不会删除：它连同密钥和消息一起保留在个人资料文件夹中。</translation>
    </message>
    <message>
        <source>Quit Landline on the other computer for good. Two computers with one profile take each other&apos;s messages away.</source>
        <translation>请在另一台电脑上永久退出 Landline。两台电脑同时使用一份资料会互相抢走消息。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Restore and restart</source>
        <translation>恢复并重新启动</translation>
    </message>
    <message>
        <source>Backups of Landline (*.landline-backup)</source>
        <translation>Landline 备份 (*.landline-backup)</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Trying the passphrase…</source>
        <translation>正在尝试口令…</translation>
    </message>
    <message>
        <source>{number}% read…</source>
        <translation>已读取 {number}%…</translation>
    </message>
    <message>
        <source>This file is no backup of Landline. Nothing was changed.</source>
        <translation>这个文件不是 Landline 的备份。没有任何改动。</translation>
    </message>
    <message>
        <source>That passphrase does not open this file, or the file is damaged. Nothing was changed.</source>
        <translation>这个口令打不开此文件，或者文件已损坏。没有任何改动。</translation>
    </message>
    <message>
        <source>The file is damaged: a part of it is missing or was changed. Try another copy; nothing was changed.</source>
        <translation>文件已损坏：有一部分缺失或被改动。请换一份副本再试；这里没有任何改动。</translation>
    </message>
    <message>
        <source>A newer Landline wrote this backup. Install that one here and try again.</source>
        <translation>这个备份由更新版本的 Landline 写出。请在这里安装新版本后再试。</translation>
    </message>
</context>
<context>
    <name>ResultWords</name>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>People and rooms</source>
        <translation>联系人和群聊</translation>
    </message>
    <message>
        <source>Show more</source>
        <translation>显示更多</translation>
    </message>
    <message numerus="yes">
        <source>{name} and %n more</source>
        <translation>
            <numerusform>{name}，另有 %n 个文件</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RoomActions</name>
    <message>
        <source>Picture of the room</source>
        <translation>群头像</translation>
    </message>
</context>
<context>
    <name>RoomBar</name>
    <message>
        <source>{name} added you to this room. Nobody learns that you read it.</source>
        <translation>{name} 把你加入了此群聊。没有人会知道你读了这里的消息。</translation>
    </message>
    <message>
        <source>You were added to this room. Nobody learns that you read it.</source>
        <translation>你被加入了此群聊。没有人会知道你读了这里的消息。</translation>
    </message>
    <message>
        <source>Stay</source>
        <translation>留下</translation>
    </message>
    <message>
        <source>Stay in this room</source>
        <translation>留在此群聊</translation>
    </message>
    <message>
        <source>Leave</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>Leave this room</source>
        <translation>退出此群聊</translation>
    </message>
</context>
<context>
    <name>RoomPanel</name>
    <message>
        <source>Name of the room: {name}</source>
        <translation>群聊名称：{name}</translation>
    </message>
    <message>
        <source>Rename the room</source>
        <translation>修改群聊名称</translation>
    </message>
    <message>
        <source>Name of the room</source>
        <translation>群聊名称</translation>
    </message>
    <message>
        <source>Choose a picture…</source>
        <translation>选择头像…</translation>
    </message>
    <message>
        <source>No picture</source>
        <translation>不用头像</translation>
    </message>
    <message>
        <source>Members</source>
        <translation>成员</translation>
    </message>
    <message>
        <source>Show all members</source>
        <translation>显示全部成员</translation>
    </message>
    <message>
        <source>Add people…</source>
        <translation>添加成员…</translation>
    </message>
    <message>
        <source>Notify me</source>
        <translation>通知我</translation>
    </message>
    <message>
        <source>Leave the room…</source>
        <translation>退出群聊…</translation>
    </message>
    <message>
        <source>Turn off</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>RoomWords</name>
    <message>
        <source>Room without a name</source>
        <translation>未命名群聊</translation>
    </message>
    <message>
        <source>{name} (a room)</source>
        <translation>{name}（一个群聊）</translation>
    </message>
    <message numerus="yes">
        <source>%n member(s)</source>
        <translation>
            <numerusform>%n 名成员</numerusform>
        </translation>
    </message>
    <message>
        <source>Turned off</source>
        <translation>已关闭</translation>
    </message>
    <message numerus="yes">
        <source>%n people here</source>
        <translation>
            <numerusform>%n 人在线</numerusform>
        </translation>
    </message>
    <message>
        <source>Nobody else is here now</source>
        <translation>现在没有其他人在线</translation>
    </message>
    <message>
        <source>You are not in this room any more</source>
        <translation>你已不在此群聊中</translation>
    </message>
    <message numerus="yes">
        <source>%n here</source>
        <comment>members on the network now</comment>
        <translation>
            <numerusform>%n 人在线</numerusform>
        </translation>
    </message>
    <message>
        <source>Something {name} sent before this has not arrived yet</source>
        <translation>{name} 此前还有内容尚未送达</translation>
    </message>
    <message>
        <source>What you write here goes to all who are on this network now. Nobody keeps it for those who are away.</source>
        <translation>你在这里写的内容会发给此刻在这个网络上的所有人。不在的人之后也不会收到。</translation>
    </message>
    <message>
        <source>“Everyone here” is turned off. What was said stays here.</source>
        <translation>“所有人”已关闭，之前的消息仍保留在这里。</translation>
    </message>
    <message>
        <source>You are not in this room any more. What was said stays here.</source>
        <translation>你已不在此群聊中，之前的消息仍保留在这里。</translation>
    </message>
    <message>
        <source>Added you to a room</source>
        <translation>把你加入了群聊</translation>
    </message>
    <message>
        <source>{name}: {text}</source>
        <comment>who said what</comment>
        <translation>{name}：{text}</translation>
    </message>
    <message>
        <source>mentions you</source>
        <translation>提到了你</translation>
    </message>
    <message>
        <source>This cannot be used. Choose a picture in PNG, JPEG or WebP.</source>
        <translation>无法使用这个文件。请选择 PNG、JPEG 或 WebP 图片。</translation>
    </message>
    <message>
        <source>admin</source>
        <translation>管理员</translation>
    </message>
    <message>
        <source>You created this room</source>
        <translation>你创建了此群聊</translation>
    </message>
    <message>
        <source>You added {people}</source>
        <translation>你添加了 {people}</translation>
    </message>
    <message>
        <source>You removed {people}</source>
        <translation>你移除了 {people}</translation>
    </message>
    <message>
        <source>You left</source>
        <translation>你退出了群聊</translation>
    </message>
    <message>
        <source>You renamed the room to {name}</source>
        <translation>你将群聊改名为 {name}</translation>
    </message>
    <message>
        <source>You changed the picture</source>
        <translation>你更换了群头像</translation>
    </message>
    <message>
        <source>You were added by {author}</source>
        <translation>{author} 把你加入了群聊</translation>
    </message>
    <message>
        <source>You were removed by {author}</source>
        <translation>{author} 把你移出了群聊</translation>
    </message>
    <message>
        <source>{author} created this room</source>
        <translation>{author} 创建了此群聊</translation>
    </message>
    <message>
        <source>{author} added {people}</source>
        <translation>{author} 添加了 {people}</translation>
    </message>
    <message>
        <source>{author} removed {people}</source>
        <translation>{author} 移除了 {people}</translation>
    </message>
    <message>
        <source>{author} left</source>
        <translation>{author} 退出了群聊</translation>
    </message>
    <message>
        <source>{author} renamed the room to {name}</source>
        <translation>{author} 将群聊改名为 {name}</translation>
    </message>
    <message>
        <source>{author} changed the picture</source>
        <translation>{author} 更换了群头像</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <comment>people</comment>
        <translation>
            <numerusform>{names} 及另外 %n 人</numerusform>
        </translation>
    </message>
    <message>
        <source>Nobody else was in the room</source>
        <translation>群聊中没有其他人</translation>
    </message>
    <message>
        <source>delivered to {some} of {all}</source>
        <translation>已送达 {some}/{all} 人</translation>
    </message>
    <message>
        <source>Everyone here</source>
        <translation>所有人</translation>
    </message>
    <message>
        <source>Only texts go to everyone. Drop files on a person or on another room.</source>
        <translation>只有文字能发给所有人。请把文件拖到某个人或别的群聊上。</translation>
    </message>
    <message>
        <source>There is nobody else in this room to send files to.</source>
        <translation>这个群聊里没有别人可以接收文件。</translation>
    </message>
    <message>
        <source>for {name}</source>
        <comment>files in a room</comment>
        <translation>给 {name}</translation>
    </message>
    <message>
        <source>read by {some} of {all}</source>
        <translation>已读 {some}/{all} 人</translation>
    </message>
    <message>
        <source>not delivered yet</source>
        <translation>尚未送达</translation>
    </message>
    <message>
        <source>delivered</source>
        <translation>已送达</translation>
    </message>
    <message>
        <source>read</source>
        <translation>已读</translation>
    </message>
    <message>
        <source>not delivered</source>
        <translation>未送达</translation>
    </message>
</context>
<context>
    <name>SearchBar</name>
    <message>
        <source>No matches</source>
        <translation>没有匹配项</translation>
    </message>
    <message>
        <source>{number} of {count}</source>
        <comment>which match is shown</comment>
        <translation>第 {number}/{count} 条</translation>
    </message>
    <message>
        <source>Search in this chat</source>
        <translation>在此聊天中搜索</translation>
    </message>
    <message>
        <source>Older match</source>
        <translation>较早的匹配项</translation>
    </message>
    <message>
        <source>Newer match</source>
        <translation>较新的匹配项</translation>
    </message>
    <message>
        <source>Go to a day</source>
        <translation>跳转到日期</translation>
    </message>
    <message>
        <source>Close the search</source>
        <translation>关闭搜索</translation>
    </message>
    <message>
        <source>Search</source>
        <translation>搜索</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Empty the search</source>
        <translation>清空搜索</translation>
    </message>
</context>
<context>
    <name>SendDialog</name>
    <message>
        <source>Send files</source>
        <translation>发送文件</translation>
    </message>
    <message numerus="yes">
        <source>Send to %n people?</source>
        <translation>
            <numerusform>发送给 %n 个人？</numerusform>
        </translation>
    </message>
    <message>
        <source>Each of them is asked first. The files go to each one separately.</source>
        <translation>会先征得每个人同意，文件分别发给每个人。</translation>
    </message>
    <message>
        <source>Do not send</source>
        <translation>先不发</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
</context>
<context>
    <name>SendManyDialog</name>
    <message numerus="yes">
        <source>Send to %n</source>
        <comment>people</comment>
        <translation>
            <numerusform>发送给 %n 人</numerusform>
        </translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>No files yet</source>
        <translation>还没有文件</translation>
    </message>
    <message>
        <source>Add some, or drop them here</source>
        <translation>请添加文件，或拖放到这里</translation>
    </message>
    <message numerus="yes">
        <source>%n item(s)</source>
        <translation>
            <numerusform>%n 个项目</numerusform>
        </translation>
    </message>
    <message>
        <source>more than {size}</source>
        <translation>超过 {size}</translation>
    </message>
    <message>
        <source>Send files</source>
        <translation>发送文件</translation>
    </message>
    <message>
        <source>Send a folder</source>
        <translation>发送文件夹</translation>
    </message>
    <message>
        <source>Send to several people</source>
        <translation>发送给多人</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>添加文件…</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>添加文件夹…</translation>
    </message>
</context>
<context>
    <name>Sending</name>
    <message>
        <source>Send to several people…</source>
        <translation>发送给多人…</translation>
    </message>
    <message>
        <source>Files…</source>
        <translation>文件…</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>文件夹…</translation>
    </message>
    <message>
        <source>Screenshot…</source>
        <translation>截图…</translation>
    </message>
</context>
<context>
    <name>SettingsWindow</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Search settings</source>
        <translation>搜索设置</translation>
    </message>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
    <message>
        <source>No setting has that name.</source>
        <translation>这里没有叫这个名字的设置。</translation>
    </message>
</context>
<context>
    <name>SharedSection</name>
    <message>
        <source>Shared files</source>
        <translation>共享的文件</translation>
    </message>
    <message>
        <source>Files you send each other are listed here.</source>
        <translation>你们互相发送的文件会列在这里。</translation>
    </message>
    <message>
        <source>All files…</source>
        <translation>全部文件…</translation>
    </message>
</context>
<context>
    <name>Sharing</name>
    <message>
        <source>Shared with {name}</source>
        <translation>与 {name} 共享</translation>
    </message>
    <message>
        <source>In {name}</source>
        <translation>{name} 中</translation>
    </message>
</context>
<context>
    <name>SidePanel</name>
    <message>
        <source>Search people</source>
        <translation>搜索联系人</translation>
    </message>
    <message>
        <source>Search people ({key})</source>
        <translation>搜索联系人（{key}）</translation>
    </message>
    <message>
        <source>People and conversations</source>
        <translation>联系人和会话</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>Not running</source>
        <translation>未运行</translation>
    </message>
    <message>
        <source>Available</source>
        <translation>在线</translation>
    </message>
    <message>
        <source>No network</source>
        <translation>没有网络</translation>
    </message>
    <message>
        <source>Nobody here is called that.</source>
        <translation>这里没有叫这个名字的人。</translation>
    </message>
    <message>
        <source>Looking for people on this network…

Whoever opens Landline here appears by themselves.</source>
        <translation>正在寻找本网络里的人…

在这里打开 Landline 的人会自动出现。</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Choosing a row opens its conversation; choosing it again, its menu.</source>
        <translation>选择一行会打开对话，再次选择会打开菜单。</translation>
    </message>
</context>
<context>
    <name>StoragePage</name>
    <message>
        <source>Messages</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Lists of offered files, and settings</source>
        <translation>待发文件清单和设置</translation>
    </message>
    <message>
        <source>Your key, messages and settings. Received files are elsewhere.</source>
        <translation>你的密钥、消息和设置。接收的文件在别处。</translation>
    </message>
    <message>
        <source>Look into it</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Change nothing there while Landline is running.</source>
        <translation>Landline 运行时请勿改动其中的内容。</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Back up this profile</source>
        <translation>备份此个人资料</translation>
    </message>
    <message>
        <source>To keep it safe, or to move to another computer.</source>
        <translation>用于保存，或换到另一台电脑。</translation>
    </message>
    <message>
        <source>Back up…</source>
        <translation>备份…</translation>
    </message>
    <message>
        <source>Put a backup back</source>
        <translation>恢复备份</translation>
    </message>
    <message>
        <source>What is here now is kept aside, never written over.</source>
        <translation>现在这里的内容会另外保留，绝不覆盖。</translation>
    </message>
    <message>
        <source>Restore…</source>
        <translation>恢复…</translation>
    </message>
    <message numerus="yes">
        <source>%n picture(s), {size}</source>
        <translation>
            <numerusform>%n 张图片，{size}</numerusform>
        </translation>
    </message>
    <message>
        <source>Pasted pictures and screenshots</source>
        <translation>粘贴的图片和截图</translation>
    </message>
    <message>
        <source>Those that I sent</source>
        <translation>我发送过的</translation>
    </message>
    <message>
        <source>They stay: whoever gets them may come for them days later.</source>
        <translation>它们会保留：对方可能几天后才来取。</translation>
    </message>
    <message>
        <source>Clear…</source>
        <translation>清除…</translation>
    </message>
    <message>
        <source>No longer shown anywhere</source>
        <translation>已不在任何聊天中显示</translation>
    </message>
    <message>
        <source>Older than a year</source>
        <translation>早于一年</translation>
    </message>
    <message>
        <source>Older than 3 months</source>
        <translation>早于三个月</translation>
    </message>
    <message>
        <source>Older than a month</source>
        <translation>早于一个月</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Make room</source>
        <translation>腾出空间</translation>
    </message>
    <message>
        <source>What has not arrived yet always stays.</source>
        <translation>尚未送达的总会保留。</translation>
    </message>
    <message>
        <source>Pictures to clear</source>
        <translation>要清除的图片</translation>
    </message>
    <message>
        <source>There is none of these that could go.</source>
        <translation>其中没有可以清除的。</translation>
    </message>
    <message>
        <source>{size} are free now.</source>
        <translation>已腾出 {size}。</translation>
    </message>
    <message>
        <source>Former profile of {day}</source>
        <translation>{day} 的旧个人资料</translation>
    </message>
    <message>
        <source>{size}. It was here before a backup was put back.</source>
        <translation>{size}。恢复备份之前，它在这里使用。</translation>
    </message>
    <message>
        <source>Delete…</source>
        <translation>删除…</translation>
    </message>
    <message>
        <source>Profile folder</source>
        <translation>个人资料文件夹</translation>
    </message>
</context>
<context>
    <name>Switchboard</name>
    <message>
        <source>New room…</source>
        <translation>新建群聊…</translation>
    </message>
    <message>
        <source>Connect to an address…</source>
        <translation>连接到地址…</translation>
    </message>
</context>
<context>
    <name>TransferWords</name>
    <message numerus="yes">
        <source>%n people will be asked first, each separately</source>
        <translation>
            <numerusform>会先分别征得 %n 人同意</numerusform>
        </translation>
    </message>
    <message>
        <source>Nobody is ticked yet</source>
        <translation>尚未勾选任何人</translation>
    </message>
    <message>
        <source>{files} and {folders}</source>
        <translation>{files}和 {folders}</translation>
    </message>
    <message>
        <source>Unnamed</source>
        <translation>未命名</translation>
    </message>
    <message numerus="yes">
        <source>%Ln file(s)</source>
        <translation>
            <numerusform>%Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%Ln folder(s)</source>
        <translation>
            <numerusform>%Ln 个文件夹</numerusform>
        </translation>
    </message>
    <message>
        <source>Show how far everybody is</source>
        <translation>查看所有人的进度</translation>
    </message>
    <message numerus="yes">
        <source>{name} and %Ln more</source>
        <translation>
            <numerusform>{name} 及另外 %Ln 项</numerusform>
        </translation>
    </message>
    <message>
        <source>{amount} · {rate}</source>
        <translation>{amount} · {rate}</translation>
    </message>
    <message>
        <source>{name} is asked first · {amount}</source>
        <translation>等 {name} 同意 · {amount}</translation>
    </message>
    <message>
        <source>Cancelled · {amount}</source>
        <translation>已取消 · {amount}</translation>
    </message>
    <message>
        <source>Taken back by {name} · {amount}</source>
        <translation>{name} 已撤回 · {amount}</translation>
    </message>
    <message>
        <source>Cancelled by {name} · {amount}</source>
        <translation>{name} 已取消 · {amount}</translation>
    </message>
    <message>
        <source>{amount} · checked and saved</source>
        <translation>{amount} · 已校验并保存</translation>
    </message>
    <message>
        <source>{amount} · checked and saved to {folder}</source>
        <translation>{amount} · 已校验，保存在 {folder}</translation>
    </message>
    <message>
        <source>{amount} · arrived and checked</source>
        <translation>{amount} · 已送达并校验</translation>
    </message>
    <message>
        <source>Declined by {name} · {amount}</source>
        <translation>{name} 已拒绝 · {amount}</translation>
    </message>
    <message>
        <source>You declined · {amount}</source>
        <translation>你已拒绝 · {amount}</translation>
    </message>
    <message>
        <source>Waiting until {name} is here · {amount}</source>
        <translation>等 {name} 上线 · {amount}</translation>
    </message>
    <message>
        <source>Connection lost, trying again · {amount}</source>
        <translation>连接中断，正在重试 · {amount}</translation>
    </message>
    <message>
        <source>{name} cannot be reached, trying again · {amount}</source>
        <translation>连不上 {name}，正在重试 · {amount}</translation>
    </message>
    <message>
        <source>Waiting for {name} · {amount}</source>
        <translation>等待 {name} · {amount}</translation>
    </message>
    <message>
        <source>Waiting its turn · {amount}</source>
        <translation>排队中 · {amount}</translation>
    </message>
    <message numerus="yes">
        <source>{done} of %Ln file(s)</source>
        <translation>
            <numerusform>{done} / %Ln 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n transfer(s) running</source>
        <translation>
            <numerusform>%n 个传输进行中</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n link(s) were left out</source>
        <translation>
            <numerusform>略过了 %n 个链接</numerusform>
        </translation>
    </message>
    <message>
        <source>Paused by {name}</source>
        <translation>{name} 已暂停</translation>
    </message>
    <message>
        <source>Paused by you</source>
        <translation>你已暂停</translation>
    </message>
    <message>
        <source>Paused: the disk of {name} is full, goes on when there is room</source>
        <translation>已暂停：{name} 的磁盘已满，有空间后会继续</translation>
    </message>
    <message>
        <source>Paused: the disk is full, goes on when there is room</source>
        <translation>已暂停：磁盘已满，有空间后会继续</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Paused: {reason}</source>
        <translation>已暂停：{reason}</translation>
    </message>
    <message>
        <source>On the computer of {name}: {reason}</source>
        <translation>{name} 的电脑：{reason}</translation>
    </message>
    <message>
        <source>{reason}: {names}</source>
        <translation>{reason}：{names}</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) were changed after they were offered: {names}</source>
        <translation>
            <numerusform>%n 个文件在提出发送后有改动：{names}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files or more were changed after they were offered: {names}</source>
        <translation>
            <numerusform>至少 %n 个文件在提出发送后有改动：{names}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) could not be read: {names}</source>
        <translation>
            <numerusform>%n 个文件无法读取：{names}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n files or more could not be read: {names}</source>
        <translation>
            <numerusform>至少 %n 个文件无法读取：{names}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) not wanted by {name}</source>
        <translation>
            <numerusform>{name} 不要其中 %n 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) left out by you</source>
        <translation>
            <numerusform>你略过了 %n 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} 及另外 %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>Connected from here</source>
        <translation>由本机发起连接</translation>
    </message>
    <message>
        <source>Connected by {name}</source>
        <translation>由 {name} 发起连接</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已中断</translation>
    </message>
    <message>
        <source>Not enough room on the disk</source>
        <translation>磁盘空间不足</translation>
    </message>
    <message>
        <source>The folder cannot be written to</source>
        <translation>文件夹无法写入</translation>
    </message>
    <message>
        <source>The disk reported an error</source>
        <translation>磁盘报告了错误</translation>
    </message>
    <message>
        <source>The files were changed while they were sent</source>
        <translation>文件在发送途中被改动</translation>
    </message>
    <message>
        <source>The files could not be read</source>
        <translation>文件无法读取</translation>
    </message>
    <message>
        <source>The other computer could not be reached</source>
        <translation>无法连接到对方电脑</translation>
    </message>
    <message>
        <source>The connection was lost</source>
        <translation>连接已断开</translation>
    </message>
    <message>
        <source>The files are no longer on offer</source>
        <translation>对方已不再提供这些文件</translation>
    </message>
    <message>
        <source>The other side sent something that cannot be right</source>
        <translation>对方发来的数据有误</translation>
    </message>
    <message>
        <source>Stopped by the other side</source>
        <translation>对方已停止</translation>
    </message>
    <message>
        <source>Stopped by you</source>
        <translation>你已停止</translation>
    </message>
    <message>
        <source>Landline was closed meanwhile</source>
        <translation>期间 Landline 被关闭</translation>
    </message>
    <message>
        <source>A fault inside Landline; the log has details</source>
        <translation>Landline 内部故障；详情见日志</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>接受</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>选择…</translation>
    </message>
    <message>
        <source>Decline</source>
        <translation>拒绝</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Keep the rest</source>
        <translation>保留其余文件</translation>
    </message>
    <message>
        <source>Send again as it is now</source>
        <translation>按现在的内容重新发送</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>复制路径</translation>
    </message>
    <message>
        <source>Fetch next</source>
        <translation>优先传输</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Keep both</source>
        <translation>都保留</translation>
    </message>
    <message>
        <source>Replace</source>
        <translation>替换</translation>
    </message>
    <message>
        <source>Skip if the same</source>
        <translation>相同则跳过</translation>
    </message>
    <message>
        <source>Leave out</source>
        <translation>不要</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
</context>
<context>
    <name>TransfersDelegate</name>
    <message>
        <source>From {name} · {time}</source>
        <translation>来自 {name} · {time}</translation>
    </message>
    <message>
        <source>To {name} · {time}</source>
        <translation>发给 {name} · {time}</translation>
    </message>
    <message>
        <source>For you to decide</source>
        <translation>等你决定</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>等待中</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已中断</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>已结束</translation>
    </message>
</context>
<context>
    <name>TransfersPage</name>
    <message>
        <source>Nothing is running</source>
        <translation>没有进行中的传输</translation>
    </message>
    <message>
        <source>No transfer has that in a name.</source>
        <translation>没有名称匹配的传输。</translation>
    </message>
    <message>
        <source>Nothing was sent or received yet.

Drop files on a conversation.</source>
        <translation>还没有发送或接收过文件。

把文件拖到会话上即可。</translation>
    </message>
    <message>
        <source>Transfers</source>
        <translation>传输</translation>
    </message>
    <message>
        <source>Search by file or person</source>
        <translation>按文件或联系人搜索</translation>
    </message>
    <message>
        <source>Search transfers</source>
        <translation>搜索传输</translation>
    </message>
    <message>
        <source>Search transfers ({key})</source>
        <translation>搜索传输（{key}）</translation>
    </message>
    <message>
        <source>Open the folder for received files</source>
        <translation>打开接收文件夹</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>TransfersView</name>
    <message>
        <source>Go to the conversation</source>
        <translation>转到会话</translation>
    </message>
</context>
<context>
    <name>Tray</name>
    <message numerus="yes">
        <source>Landline · %n unread</source>
        <translation>
            <numerusform>Landline · %n 条未读</numerusform>
        </translation>
    </message>
    <message>
        <source>Open Landline</source>
        <translation>打开 Landline</translation>
    </message>
    <message>
        <source>Do not disturb</source>
        <translation>勿扰</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>退出</translation>
    </message>
</context>
<context>
    <name>VerifyDialog</name>
    <message>
        <source>Verify</source>
        <translation>核对</translation>
    </message>
    <message>
        <source>Is this really {name}?</source>
        <translation>这真的是 {name} 吗？</translation>
    </message>
    <message>
        <source>Call {name} or sit side by side, and compare this number with the one on their screen. If both are the same, nobody is in between.</source>
        <translation>打电话给 {name}，或坐到一起，把这个安全码与对方屏幕上的核对。如果两边相同，中间就没有别人。</translation>
    </message>
    <message>
        <source>Copy the number</source>
        <translation>复制安全码</translation>
    </message>
    <message>
        <source>Your code for {name}</source>
        <translation>给 {name} 看的二维码</translation>
    </message>
    <message>
        <source>Or read their code, from a photo or screenshot of it. Drop it here, too.</source>
        <translation>也可以读取对方的二维码：选择它的照片或截图，或直接拖到这里。</translation>
    </message>
    <message>
        <source>From a picture…</source>
        <translation>从图片…</translation>
    </message>
    <message>
        <source>From the clipboard</source>
        <translation>从剪贴板</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Both are the same</source>
        <translation>两边相同</translation>
    </message>
    <message>
        <source>Verified: this is {name}, and nobody is in between.</source>
        <translation>已核对：这就是 {name}，中间没有别人。</translation>
    </message>
    <message>
        <source>This is {name}&apos;s code for somebody else. Ask them to open the one for you.</source>
        <translation>这是 {name} 给别人看的二维码。请对方打开给你看的那一个。</translation>
    </message>
    <message>
        <source>This is your own code. Read the one on {name}&apos;s screen.</source>
        <translation>这是你自己的二维码。请读取 {name} 屏幕上的那一个。</translation>
    </message>
    <message>
        <source>This code is not one of Landline&apos;s.</source>
        <translation>这不是 Landline 的二维码。</translation>
    </message>
    <message>
        <source>There is no code in this picture, or it is not sharp.</source>
        <translation>这张图片里没有二维码，或者不够清晰。</translation>
    </message>
    <message>
        <source>This is no picture that can be read.</source>
        <translation>这不是可以读取的图片。</translation>
    </message>
    <message>
        <source>This code belongs to {other} ({id}…), not to {name}.</source>
        <translation>这个二维码属于 {other}（{id}…），不属于 {name}。</translation>
    </message>
    <message>
        <source>This is not the code of the {name} you write with: it belongs to somebody you have not met ({id}…). Somebody may be in between: do not send anything secret.</source>
        <translation>这不是与你聊天的 {name} 的二维码：它属于一个你没见过的人（{id}…）。可能有人在中间，请不要发送任何机密。</translation>
    </message>
    <message>
        <source>Picture of their code</source>
        <translation>对方二维码的图片</translation>
    </message>
</context>
<context>
    <name>Viewer</name>
    <message>
        <source>This picture cannot be shown any more.</source>
        <translation>这张图片已无法显示。</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>{number} of {count}</source>
        <translation>第 {number} 张，共 {count} 张</translation>
    </message>
    <message>
        <source>Picture {name}</source>
        <translation>图片 {name}</translation>
    </message>
    <message>
        <source>Every pixel</source>
        <translation>原始大小</translation>
    </message>
    <message>
        <source>Fit into the window</source>
        <translation>适应窗口</translation>
    </message>
    <message>
        <source>Previous picture</source>
        <translation>上一张图片</translation>
    </message>
    <message>
        <source>Next picture</source>
        <translation>下一张图片</translation>
    </message>
    <message>
        <source>Smaller</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Larger</source>
        <translation>放大</translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation>复制图片</translation>
    </message>
    <message>
        <source>Save as…</source>
        <translation>另存为…</translation>
    </message>
    <message>
        <source>Open with another program</source>
        <translation>用其他程序打开</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>在文件夹中显示</translation>
    </message>
</context>
<context>
    <name>WelcomePage</name>
    <message>
        <source>Welcome to Landline</source>
        <translation>欢迎使用 Landline</translation>
    </message>
    <message>
        <source>Your name, as others see it</source>
        <translation>别人看到的你的名字</translation>
    </message>
    <message>
        <source>It can be changed at any time.</source>
        <translation>随时可以更改。</translation>
    </message>
    <message>
        <source>Somebody is elsewhere? Enter the address of their computer.</source>
        <translation>有人在别的网络？输入其电脑的地址。</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Connect</source>
        <translation>连接</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Looking for people on this network…</source>
        <translation>正在寻找本网络里的人…</translation>
    </message>
    <message numerus="yes">
        <source>%n people are here</source>
        <translation>
            <numerusform>%n 人在线</numerusform>
        </translation>
    </message>
    <message>
        <source>I come from another computer…</source>
        <translation>我从另一台电脑搬来…</translation>
    </message>
    <message>
        <source>Your picture</source>
        <translation>你的头像</translation>
    </message>
    <message>
        <source>Whoever you accept sees it. You need not have one.</source>
        <translation>你接受的人会看到它。也可以不设头像。</translation>
    </message>
</context>
<context>
    <name>WholeDialog</name>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Wrap long lines</source>
        <translation>长行自动换行</translation>
    </message>
</context>
<context>
    <name>Words</name>
    <message>
        <source>Unnamed</source>
        <translation>未命名</translation>
    </message>
    <message>
        <source>{name} (a person)</source>
        <translation>{name}（用户名）</translation>
    </message>
    <message>
        <source>Blocked: nothing they send reaches you</source>
        <translation>已屏蔽：对方的消息到不了你这里</translation>
    </message>
    <message>
        <source>Has not accepted you yet: what you write now waits here</source>
        <translation>对方尚未接受你：你现在写的内容会在这里等待</translation>
    </message>
    <message>
        <source>Online</source>
        <translation>在线</translation>
    </message>
    <message>
        <source>Away from the network</source>
        <translation>不在本网络</translation>
    </message>
    <message>
        <source>direct, {time}</source>
        <comment>no server between, and the round trip</comment>
        <translation>直连，{time}</translation>
    </message>
    <message>
        <source>not on your list yet</source>
        <translation>还不在名单里</translation>
    </message>
    <message>
        <source>on your list</source>
        <translation>在名单里</translation>
    </message>
    <message>
        <source>verified</source>
        <translation>已核对</translation>
    </message>
    <message>
        <source>blocked</source>
        <translation>已屏蔽</translation>
    </message>
    <message>
        <source>a person, not Landline</source>
        <translation>是用户，并非 Landline</translation>
    </message>
    <message>
        <source>came with another key?</source>
        <translation>换了密钥？</translation>
    </message>
    <message>
        <source>{name} ({doubt})</source>
        <translation>{name}（{doubt}）</translation>
    </message>
    <message>
        <source>online</source>
        <translation>在线</translation>
    </message>
    <message>
        <source>away</source>
        <translation>不在</translation>
    </message>
    <message numerus="yes">
        <source>%n unread message(s)</source>
        <translation>
            <numerusform>%n 条未读消息</numerusform>
        </translation>
    </message>
    <message>
        <source>marked as unread</source>
        <translation>标为未读</translation>
    </message>
    <message>
        <source>Pinned</source>
        <translation>已置顶</translation>
    </message>
    <message>
        <source>Requests from strangers</source>
        <translation>陌生人的请求</translation>
    </message>
    <message>
        <source>Rooms</source>
        <translation>群聊</translation>
    </message>
    <message>
        <source>On this network</source>
        <translation>在本网络</translation>
    </message>
    <message>
        <source>expanded</source>
        <translation>已展开</translation>
    </message>
    <message>
        <source>collapsed</source>
        <translation>已折叠</translation>
    </message>
    <message>
        <source>This computer only · encrypted</source>
        <translation>仅本机 · 已加密</translation>
    </message>
    <message>
        <source>No network · messages wait here</source>
        <translation>没有网络 · 消息在此等候</translation>
    </message>
    <message numerus="yes">
        <source>%n network(s) · end-to-end encrypted</source>
        <translation>
            <numerusform>%n 个网络 · 端到端加密</numerusform>
        </translation>
    </message>
    <message>
        <source>You</source>
        <translation>你</translation>
    </message>
    <message>
        <source>Waiting: safe here, goes out when they can be reached</source>
        <translation>等待中：已保存在本机，能联系上对方时自动发出</translation>
    </message>
    <message>
        <source>Sent, not confirmed yet</source>
        <translation>已发出，尚未确认</translation>
    </message>
    <message>
        <source>Delivered: saved on their computer</source>
        <translation>已送达：已存到对方电脑</translation>
    </message>
    <message>
        <source>Read</source>
        <translation>已读</translation>
    </message>
    <message>
        <source>Cancelled, not delivered</source>
        <translation>已取消，没有送达</translation>
    </message>
    <message>
        <source>New</source>
        <comment>above the first unread message</comment>
        <translation>新消息</translation>
    </message>
    <message>
        <source>Something sent before this has not arrived yet</source>
        <translation>此前还有内容尚未送达</translation>
    </message>
    <message>
        <source>Show the whole message</source>
        <translation>显示完整消息</translation>
    </message>
    <message>
        <source>This message was deleted</source>
        <translation>消息已删除</translation>
    </message>
    <message>
        <source>A message that is not here</source>
        <translation>这里没有这条消息</translation>
    </message>
    <message>
        <source>Forwarded</source>
        <translation>已转发</translation>
    </message>
    <message>
        <source>edited</source>
        <translation>已编辑</translation>
    </message>
    <message>
        <source>Answers {name}: {line}</source>
        <translation>回复 {name}：{line}</translation>
    </message>
    <message>
        <source>is writing…</source>
        <translation>正在输入…</translation>
    </message>
    <message>
        <source>Reply</source>
        <translation>回复</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Forward…</source>
        <translation>转发…</translation>
    </message>
    <message>
        <source>Delete for both…</source>
        <translation>为双方删除…</translation>
    </message>
    <message>
        <source>Delete for all…</source>
        <translation>为所有人删除…</translation>
    </message>
    <message>
        <source>What it said before…</source>
        <translation>查看之前的内容…</translation>
    </message>
    <message>
        <source>React</source>
        <translation>回应</translation>
    </message>
    <message>
        <source>Do not send</source>
        <translation>不发了</translation>
    </message>
    <message>
        <source>Copy selection</source>
        <translation>复制所选</translation>
    </message>
    <message>
        <source>Copy message</source>
        <translation>复制消息</translation>
    </message>
    <message>
        <source>Select text…</source>
        <translation>选择文字…</translation>
    </message>
    <message>
        <source>Copy link {url}</source>
        <translation>复制链接 {url}</translation>
    </message>
    <message>
        <source>Who has it…</source>
        <comment>a message of ours in a room</comment>
        <translation>谁收到了…</translation>
    </message>
    <message>
        <source>Details…</source>
        <translation>详情…</translation>
    </message>
    <message>
        <source>A part of your profile could not be read. It is kept under another name, and a fresh one was begun.</source>
        <translation>你的个人资料有一部分无法读取。它已另存为别的名字，并重新建立了一份。</translation>
    </message>
    <message>
        <source>This computer&apos;s keyring did not take or give back your key: it is locked, or there is none. Nothing was changed.</source>
        <translation>本机的密钥环没有收下或交还你的密钥：它已锁定，或者不存在。没有做任何更改。</translation>
    </message>
    <message>
        <source>That could not be understood. Nothing was changed.</source>
        <translation>无法理解这个请求。没有做任何改动。</translation>
    </message>
    <message>
        <source>Nobody is known by that name.</source>
        <translation>没有认识叫这个名字的人。</translation>
    </message>
    <message>
        <source>More than one person has that name.</source>
        <translation>有多个人叫这个名字。</translation>
    </message>
    <message>
        <source>This transfer is no longer there.</source>
        <translation>这个传输已不存在。</translation>
    </message>
    <message>
        <source>This message is no longer there.</source>
        <translation>这条消息已不存在。</translation>
    </message>
    <message>
        <source>This room is no longer there.</source>
        <translation>此群聊已不存在。</translation>
    </message>
    <message>
        <source>A file or folder is no longer there.</source>
        <translation>文件或文件夹已不存在。</translation>
    </message>
    <message>
        <source>The folder cannot be written to. Choose another one; nothing is lost.</source>
        <translation>文件夹无法写入。请换一个；没有丢失任何东西。</translation>
    </message>
    <message>
        <source>The disk is full. Make some room and try again; nothing is lost.</source>
        <translation>磁盘已满。请腾出空间再试；没有丢失任何东西。</translation>
    </message>
    <message>
        <source>This text is too long for one message. Shorten it or send it as a file.</source>
        <translation>这段文字太长，一条消息放不下。请缩短，或作为文件发送。</translation>
    </message>
    <message>
        <source>Slowly: what goes to everyone may be said once in a few seconds.</source>
        <translation>慢一点：发给所有人的消息，几秒钟才能发一条。</translation>
    </message>
    <message>
        <source>There is nothing to send.</source>
        <translation>没有可发送的内容。</translation>
    </message>
    <message>
        <source>This person is blocked. Unblock them to write.</source>
        <translation>此人已被屏蔽。取消屏蔽后才能发消息。</translation>
    </message>
    <message>
        <source>It is too late for that.</source>
        <translation>现在已经来不及了。</translation>
    </message>
    <message>
        <source>Nobody answered at that address.</source>
        <translation>这个地址没有回应。</translation>
    </message>
    <message>
        <source>That is not an address, like 192.168.1.20.</source>
        <translation>这不是地址，地址形如 192.168.1.20。</translation>
    </message>
    <message>
        <source>This version cannot do that yet.</source>
        <translation>这个版本还做不到。</translation>
    </message>
    <message>
        <source>The disk reported an error. What was not saved is not shown as saved.</source>
        <translation>磁盘报告了错误。没有存好的内容不会显示为已保存。</translation>
    </message>
    <message>
        <source>Landline is already open with this profile.</source>
        <translation>Landline 已用这份个人资料打开。</translation>
    </message>
    <message>
        <source>Your profile cannot be read. It was left untouched: put a backup in its place.</source>
        <translation>你的个人资料无法读取。它原样未动：请用备份替换它。</translation>
    </message>
    <message>
        <source>Your profile was written by a newer Landline. Open it with that one.</source>
        <translation>你的个人资料由更新版本的 Landline 写入。请用那个版本打开。</translation>
    </message>
    <message>
        <source>This computer&apos;s keyring does not open your key. Unlock it and start again; nothing was changed.</source>
        <translation>本机的密钥环没有打开你的密钥。请解锁后重新启动；没有任何改动。</translation>
    </message>
    <message>
        <source>The network port is in use by another program. Choose another port.</source>
        <translation>网络端口被其他程序占用。请换一个端口。</translation>
    </message>
    <message>
        <source>There is no network. Messages wait here and go out by themselves.</source>
        <translation>没有网络。消息在此等候，有网络时自动发出。</translation>
    </message>
    <message>
        <source>A fault inside Landline; the log has details.</source>
        <translation>Landline 内部故障；详情见日志。</translation>
    </message>
    <message>
        <source>Somebody with this name came with another key. Decide who that is first.</source>
        <translation>有人用同样的名字、不同的密钥出现。请先确认对方是谁。</translation>
    </message>
    <message>
        <source>not the {name} you know</source>
        <translation>不是你认识的 {name}</translation>
    </message>
    <message>
        <source>More emoji…</source>
        <translation>更多表情…</translation>
    </message>
    <message>
        <source>View</source>
        <comment>a picture</comment>
        <translation>查看</translation>
    </message>
    <message>
        <source>Copy code</source>
        <translation>复制代码</translation>
    </message>
    <message>
        <source>Open link {url}</source>
        <translation>打开链接 {url}</translation>
    </message>
    <message>
        <source>On two computers at once: messages reach only one of them</source>
        <translation>同时在两台电脑上运行：消息只会送达其中一台</translation>
    </message>
    <message>
        <source>Waits here until they accept you</source>
        <translation>先留在这里，等对方接受你</translation>
    </message>
</context>
<context>
    <name>WritingDialog</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Show in its folder</source>
        <translation>在文件夹中显示</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>Unblock</source>
        <translation>取消屏蔽</translation>
    </message>
    <message>
        <source>Forget…</source>
        <translation>删除此人…</translation>
    </message>
    <message>
        <source>Unblock {name}</source>
        <translation>取消屏蔽 {name}</translation>
    </message>
    <message>
        <source>Forget {name}</source>
        <translation>删除 {name}</translation>
    </message>
</context>
</TS>
