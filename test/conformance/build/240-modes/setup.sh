cd ctx/m; chmod 4755 suid; chmod 2755 sgid; chmod 000 none; chmod 3770 dd; ln -sfn suid ln
