// The connection to PostgreSQL; the password comes from a file, as secrets do.
const { readFileSync } = require('node:fs');
const { Pool } = require('pg');

exports.pool = () => new Pool({ password: readFileSync(process.env.PGPASSWORD_FILE, 'utf8').trim(), max: 4 });
