-- What a log keeps of its consumers. Times are microseconds since 1970, by clock_1.
CREATE TABLE consumer (
  log integer NOT NULL,
  name text COLLATE "C" NOT NULL,
  partitions integer NOT NULL,
  token bigint NOT NULL DEFAULT 0,
  position text COLLATE "C",
  holder text,
  lease_until bigint NOT NULL DEFAULT 0,
  state text NOT NULL DEFAULT 'STOPPED',
  since bigint NOT NULL,
  why text NOT NULL DEFAULT '',
  rate double precision NOT NULL DEFAULT 0,
  halt text,
  halt_failed boolean NOT NULL DEFAULT false,
  halted_at bigint NOT NULL DEFAULT 0,
  asks bigint NOT NULL DEFAULT 0,
  rebuilding boolean NOT NULL DEFAULT false,
  replay_up_to text COLLATE "C",
  base text COLLATE "C",
  switching boolean NOT NULL DEFAULT false,
  parked bigint NOT NULL DEFAULT 0,
  skipped bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (log, name)
) WITH (fillfactor = 50);

CREATE TABLE set_aside (
  number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  log integer NOT NULL,
  consumer text COLLATE "C" NOT NULL,
  event text COLLATE "C" NOT NULL,
  category text COLLATE "C" NOT NULL,
  stream text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  type text COLLATE "C" NOT NULL,
  cause text NOT NULL,
  why text NOT NULL,
  attempts integer NOT NULL,
  set_aside_at bigint NOT NULL,
  wish text,
  UNIQUE (log, consumer, event)
);

-- Which processes run a consumer that is divided into partitions.
CREATE TABLE member (
  log integer NOT NULL,
  consumer text COLLATE "C" NOT NULL,
  member text COLLATE "C" NOT NULL,
  until bigint NOT NULL,
  PRIMARY KEY (log, consumer, member)
);

-- Which generation of a read model is the one that readers see.
CREATE TABLE generation (
  log integer NOT NULL,
  base text COLLATE "C" NOT NULL,
  active text COLLATE "C" NOT NULL,
  PRIMARY KEY (log, base)
);
