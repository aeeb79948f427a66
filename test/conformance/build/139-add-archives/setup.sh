cd ctx; mkdir -p w/s; echo one > w/one; echo two > w/s/two; chmod 600 w/one; ln -sfn one w/link
tar -C w --owner=11 --group=12 -cf a.tar .; gzip -kf a.tar; xz -kf a.tar; tar -C w --owner=0 --group=0 -cjf b.tar.bz2 one; echo plain > not.tar; echo f > f; rm -r w
