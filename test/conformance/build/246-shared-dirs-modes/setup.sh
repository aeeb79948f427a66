chmod 700 ctx/d ctx/d2/q; chmod 1755 ctx/d2
