#!/bin/sh
# Nautilus and Caja: install as "Send with Landline" in ~/.local/share/nautilus/scripts
# (~/.config/caja/scripts), executable. The file manager gives what is selected as arguments.
exec landline --send "$@"
