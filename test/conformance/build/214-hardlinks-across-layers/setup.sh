cd ctx/ctxh && ln -f a b && mkdir -p s && ln -f a s/c && ln -sf a l
