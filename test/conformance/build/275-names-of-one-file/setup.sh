mkdir -p ctx/d
echo x > ctx/d/a
ln ctx/d/a ctx/d/b
ln ctx/d/a ctx/d/c
