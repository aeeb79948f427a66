echo a > ctx/a; ln -s nowhere ctx/b
