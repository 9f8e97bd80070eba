#ifndef SONDE_AST_NAMED_PARAM_H
#define SONDE_AST_NAMED_PARAM_H

#include <stdbool.h>
#include <stdint.h>

struct script;
struct strbuf;
struct type;

/* What the default of a getopt() makes of its parameter. */
enum param_kind { PARAM_BOOL, PARAM_UINT, PARAM_INT, PARAM_TEXT };

struct param_value {
	uint64_t number;               /* 0 and 1 for booleans */
	const char *text;              /* PARAM_TEXT */
	uint32_t len;
};

/* A parameter that the script asks for by name. */
struct named_param {
	const char *name;              /* without "--" */
	const char *description;       /* NULL: none */
	enum param_kind kind;
	struct param_value fallback;   /* the default */
	struct param_value value;      /* of the command line, else the default */
	const char *given;             /* text of the command line; NULL: none */
	const char *error;             /* why that is no value; NULL: it is one */
	const struct type *type;       /* of the value; set by the builtin */
};

/* The parameter of that name; NULL when the script has not asked for it so far. */
struct named_param *named_param_find(const struct script *s, const char *name);
/* A new one, its value read from the command line. What name and fallback point to must live as long as
 * the script. */
struct named_param *named_param_new(struct script *s, const char *name, enum param_kind kind,
				    struct param_value fallback);
/* The default as the script has it: 5, -1, true, text. */
void named_param_show_default(const struct named_param *p, struct strbuf *out);

/* Compares the command line with what the script asks for. 0, or -1 with diags. */
int named_params_check(struct script *s);
/* Whether the command line asks what the parameters are (--help). */
bool named_params_asked(const struct script *s);
/* The answer: "expected program options:" and a line for each; no newline at the end. */
void named_params_list(const struct script *s, struct strbuf *out);

#endif
