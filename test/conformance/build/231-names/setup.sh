
mkdir -p ctx/names/dé && cd ctx/names
deep=$(printf 'deep%.0s' $(seq 40)); mkdir -p "$(printf 'long%.0s' $(seq 30))"; echo 4 > "$(printf 'long%.0s' $(seq 30))/$deep"
echo 1 > ' lead'; echo 2 > "$(printf 'tab\tx')"; echo 3 > dé/ß; echo 6 > '$dollar'; echo 7 > "$(printf 'new\nline')"
ln -sfn $(printf 'x%.0s' $(seq 150)) far; ln -sfn dé/ß ulink
