chmod 700 ctx/d; chmod 1755 ctx/d/s; chown 8:8 ctx/d/s
