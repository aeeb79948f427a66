mkdir -p ctx/empty.d
