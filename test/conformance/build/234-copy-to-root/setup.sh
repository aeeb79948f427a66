chmod 700 ctx/root/etc ctx/root ctx/root/tmp; chmod 711 ctx/d; chown 5:6 ctx/root/usr
