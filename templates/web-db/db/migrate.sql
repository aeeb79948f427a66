-- Runs at every `up`: must change nothing the second time.
CREATE TABLE IF NOT EXISTS visits (at timestamptz NOT NULL DEFAULT now());
