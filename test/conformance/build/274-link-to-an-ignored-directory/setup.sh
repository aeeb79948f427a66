mkdir -p ctx/all.d/sub ctx/some.d ctx/deep/er
echo x > ctx/all.d/x
echo y > ctx/all.d/sub/y
echo y > ctx/some.d/y
echo z > ctx/some.d/z
ln -s all.d ctx/all
ln -s /some.d ctx/some.1
ln -s some.1 ctx/some
ln -s deep/er/../../some.d ctx/up
printf 'all.d\nsome.d/y\n' > ctx/.dockerignore
