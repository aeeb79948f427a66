mkdir -p ctx/one/n/deep ctx/two
echo x > ctx/one/n/deep/f
echo y > ctx/one/n/g
ln ctx/one/n/g ctx/one/z
echo file > ctx/n
ln ctx/n ctx/two/p
ln ctx/n ctx/two/q
