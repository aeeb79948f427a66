mkdir -p ctx/old/n/deep ctx/one ctx/two/n
echo old > ctx/old/n/deep/f
echo old > ctx/old/n/g
echo file > ctx/one/n
echo new > ctx/two/n/new
