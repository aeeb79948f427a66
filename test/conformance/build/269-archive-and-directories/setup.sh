echo a > ctx/a; chmod 640 ctx/a; tar cf ctx/t.tar --owner=1 --group=2 -C ctx a
