mkdir ctx/dir
echo secret > ctx/dir/file
echo k > ctx/keep
ln -s dir/file ctx/link
echo dir > ctx/.dockerignore
