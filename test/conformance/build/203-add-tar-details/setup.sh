
mkdir -p w/d/e && cd w && echo f > f && chmod 4755 f && ln f d/hard && ln -s ../f d/e/sym && ln -s /abs d/abs && mkfifo d/pipe && chmod 700 d/e && chown 5:6 d/e && mkdir -m 1777 tmpd && echo n > 'd/na me'
tar -cf ../ctx/t.tar . ; tar -czf ../ctx/t.tar.gz . ; tar -czf ../ctx/a.tgz f; tar -czf ../ctx/b.tgz d/e
cp ../ctx/t.tar ../ctx/tars/in.tar; echo plain | gzip -n > ../ctx/plain.gz; tar -cf ../ctx/empty.tar -T /dev/null
