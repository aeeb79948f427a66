
chmod 755 ctx/cap; setcap cap_net_raw+ep ctx/cap || true
python3 -c "
import os
os.setxattr('ctx/xd/f','user.note',b'hello')
os.setxattr('ctx/xd','user.dir',b'd')" || true
tar --xattrs --xattrs-include='*' -C ctx -cf t.tar cap xd && mv t.tar ctx/
