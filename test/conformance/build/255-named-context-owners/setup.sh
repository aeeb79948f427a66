mkdir -p ex/d; echo 1 > ex/f; echo 2 > ex/d/g; chown 5:6 ex/f ex/d/g; chown 7:8 ex/d; chmod 4755 ex/f
