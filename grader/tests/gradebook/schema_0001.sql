CREATE TABLE adjustment (
	id INTEGER NOT NULL, 
	assignment VARCHAR(200) NOT NULL, 
	student VARCHAR(200) NOT NULL, 
	question VARCHAR(100) NOT NULL, 
	points VARCHAR(100) NOT NULL, 
	why TEXT NOT NULL, 
	who VARCHAR(200) NOT NULL, 
	created FLOAT NOT NULL, 
	CONSTRAINT pk_adjustment PRIMARY KEY (id)
);

CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);

CREATE TABLE attempt (
	id INTEGER NOT NULL, 
	submission_id INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	tries INTEGER NOT NULL, 
	reason TEXT NOT NULL, 
	worker VARCHAR(200), 
	lease_host VARCHAR(255), 
	lease_boot VARCHAR(200), 
	lease_pid INTEGER, 
	lease_started VARCHAR(40), 
	created FLOAT NOT NULL, 
	CONSTRAINT pk_attempt PRIMARY KEY (id), 
	CONSTRAINT uq_attempt_submission_id_number UNIQUE (submission_id, number), 
	CONSTRAINT fk_attempt_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id), 
	CONSTRAINT ck_attempt_state CHECK (state IN ('queued', 'leased', 'done', 'failed'))
);

CREATE TABLE current (
	assignment VARCHAR(200) NOT NULL, 
	student VARCHAR(200) NOT NULL, 
	result_id INTEGER NOT NULL, 
	CONSTRAINT pk_current PRIMARY KEY (assignment, student), 
	CONSTRAINT fk_current_result_id FOREIGN KEY(result_id) REFERENCES result (id)
);

CREATE TABLE extra_file (
	submission_id INTEGER NOT NULL, 
	name VARCHAR(400) NOT NULL, 
	data BLOB NOT NULL, 
	CONSTRAINT pk_extra_file PRIMARY KEY (submission_id, name), 
	CONSTRAINT fk_extra_file_submission_id FOREIGN KEY(submission_id) REFERENCES submission (id)
);

CREATE TABLE refusal (
	id INTEGER NOT NULL, 
	run_id INTEGER NOT NULL, 
	student VARCHAR(200) NOT NULL, 
	path VARCHAR(1000) NOT NULL, 
	kind VARCHAR(40) NOT NULL, 
	reason TEXT NOT NULL, 
	created FLOAT NOT NULL, 
	CONSTRAINT pk_refusal PRIMARY KEY (id), 
	CONSTRAINT uq_refusal_run_id_student_path_kind UNIQUE (run_id, student, path, kind), 
	CONSTRAINT fk_refusal_run_id FOREIGN KEY(run_id) REFERENCES run (id)
);

CREATE TABLE result (
	id INTEGER NOT NULL, 
	attempt_id INTEGER NOT NULL, 
	run_id INTEGER NOT NULL, 
	record BLOB NOT NULL, 
	notebook BLOB, 
	status VARCHAR(20) NOT NULL, 
	points VARCHAR(100), 
	verdict_digest VARCHAR(64) NOT NULL, 
	created FLOAT NOT NULL, 
	CONSTRAINT pk_result PRIMARY KEY (id), 
	CONSTRAINT uq_result_attempt_id_run_id UNIQUE (attempt_id, run_id), 
	CONSTRAINT fk_result_attempt_id FOREIGN KEY(attempt_id) REFERENCES attempt (id), 
	CONSTRAINT fk_result_run_id FOREIGN KEY(run_id) REFERENCES run (id)
);

CREATE TABLE run (
	id INTEGER NOT NULL, 
	started FLOAT NOT NULL, 
	command TEXT NOT NULL, 
	CONSTRAINT pk_run PRIMARY KEY (id)
);

CREATE TABLE submission (
	id INTEGER NOT NULL, 
	student VARCHAR(200) NOT NULL, 
	assignment VARCHAR(200) NOT NULL, 
	digest VARCHAR(64) NOT NULL, 
	path TEXT NOT NULL, 
	channel_time FLOAT NOT NULL, 
	last_time FLOAT NOT NULL, 
	data BLOB NOT NULL, 
	flags TEXT NOT NULL, 
	created FLOAT NOT NULL, 
	CONSTRAINT pk_submission PRIMARY KEY (id), 
	CONSTRAINT uq_submission_assignment_student_digest UNIQUE (assignment, student, digest)
);

CREATE INDEX ix_adjustment_assignment_student ON adjustment (assignment, student);

CREATE INDEX ix_attempt_state_id ON attempt (state, id);

CREATE INDEX ix_result_run_id ON result (run_id);
