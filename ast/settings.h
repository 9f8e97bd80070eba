#ifndef SONDE_AST_SETTINGS_H
#define SONDE_AST_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

struct strbuf;

/* Config variables (spec/cli.md 5): the rows of settings.def give members, names, defaults. */
enum missing_probes { MISSING_ERROR, MISSING_WARN, MISSING_IGNORE };
enum stack_mode { STACK_BPFTRACE, STACK_PERF, STACK_RAW, STACK_BUILD_ID };
enum symbol_cache { CACHE_DEFAULT, CACHE_PER_PID, CACHE_PER_PROGRAM, CACHE_NONE };
enum unstable { UNSTABLE_ENABLE, UNSTABLE_WARN, UNSTABLE_ERROR };

struct settings {
#define SETTING(c_type, name, kind, value, doc) c_type name;
#include "ast/settings.def"
#undef SETTING
};

/* The number of a row of settings.def, as in script->settings_from_env. */
enum setting_row {
#define SETTING(c_type, name, kind, value, doc) SETTING_##name,
#include "ast/settings.def"
#undef SETTING
	SETTINGS
};

/* A value as written in the config block or the environment. */
struct setting_value {
	enum {
		SETTING_IS_NUMBER,     /* number */
		SETTING_IS_BOOL,       /* number: 0 or 1; a bare true or false */
		SETTING_IS_TEXT,       /* a string, or any other bare word */
		SETTING_IS_ENV,        /* from the environment: numbers are plain decimal */
	} kind;
	uint64_t number;
	const char *text;              /* always, as written; string settings keep it */
};

enum setting_result {
	SETTING_DONE,
	SETTING_OLD_NAME,  /* done; message: a warning that names the new spelling */
	SETTING_NO_EFFECT, /* message: a warning */
	SETTING_REFUSED,   /* message: the error, which tells the values */
	SETTING_ENV_ONLY,  /* message: the error */
	SETTING_UNKNOWN,   /* message: the error */
};

void settings_defaults(struct settings *s);
/* Sets one variable by its key (any case, prefix BPFTRACE_ or SONDE_ or none). Rows in `keep` (bits
 * as in enum setting_row) are checked and left as they are. *message gets text for all results but
 * SETTING_DONE; settings are only changed when the value was good. */
enum setting_result settings_set(struct settings *s, uint64_t keep, const char *key,
				 const struct setting_value *v, struct strbuf *message);
/* Sets what the environment says: SONDE_<NAME>, else BPFTRACE_<NAME>. *ret_rows: which rows it set.
 * 0, or -1 with a message. */
int settings_from_env(struct settings *s, uint64_t *ret_rows, struct strbuf *message);

/* The value of a row: a number, a bool, or a text as it can be written. -1: one that scripts do not see. */
int setting_get(const struct settings *s, unsigned row, struct setting_value *ret_value);

/* Key, default as text and meaning of a row, for the manual; NULL behind the last. */
const char *setting_name(unsigned row);
const char *setting_default(unsigned row);
const char *setting_doc(unsigned row);

#endif
