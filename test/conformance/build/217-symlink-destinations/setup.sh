cd ctx/sd && ln -sfn /elsewhere rel2 && mkdir -p d && chmod 711 d
