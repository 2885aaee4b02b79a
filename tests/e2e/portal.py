"""A desktop portal that answers each wish for a screenshot with the same file.

python tests/e2e/portal.py PICTURE
"""

import sys
from pathlib import Path

from jeepney import HeaderFields, MessageType, new_method_return, new_signal
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection
from jeepney.wrappers import DBusAddress

NAME = "org.freedesktop.portal.Desktop"
TAKEN = 0


def main() -> None:
    uri = Path(sys.argv[1]).as_uri()
    with open_dbus_connection(bus="SESSION") as connection:
        connection.send_and_get_reply(message_bus.RequestName(NAME))
        print("the portal is there", flush=True)
        while True:
            call = connection.receive()
            fields = call.header.fields
            is_call = call.header.message_type is MessageType.method_call
            if not is_call or fields.get(HeaderFields.member) != "Screenshot":
                continue
            sender = fields[HeaderFields.sender]
            options = call.body[1]
            place = sender[1:].replace(".", "_")
            token = options["handle_token"][1]
            path = f"/org/freedesktop/portal/desktop/request/{place}/{token}"
            connection.send(new_method_return(call, "o", (path,)))
            request = DBusAddress(path, interface="org.freedesktop.portal.Request")
            answer = new_signal(request, "Response", "ua{sv}", (TAKEN, {"uri": ("s", uri)}))
            answer.header.fields[HeaderFields.destination] = sender
            connection.send(answer)
            print(f"interactive: {options['interactive'][1]}", flush=True)


if __name__ == "__main__":
    main()
