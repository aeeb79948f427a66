process.stdout.write('tscompose\n');
