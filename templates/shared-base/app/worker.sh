# Writes the page that the other service shows.
while :; do
  printf '<h1>Written by the worker</h1>\n<p>%s</p>\n' "$(date)" >/srv/index.html
  sleep 5
done
