#include "ast/settings.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/str.h"
#include "base/vec.h"

/* Takes a value into *member; 0, or -1 with a message that starts behind "KEY: ". */
typedef int (*parse_fn)(void *member, const struct setting_value *v, struct strbuf *message);

/* What a setting may be. */
struct setting_kind {
	parse_fn parse;                /* NULL: one of the words */
	enum { SHOWN_NOT, SHOWN_NUMBER, SHOWN_BOOL, SHOWN_TEXT, SHOWN_WORD } shown; /* to scripts */
	const char *const *words;      /* of an enum, by number, ended by NULL */
	const char *what, *valid;      /* said when it is none of the words */
	bool is_feature;               /* enum unstable: takes a truth as well */
};

struct setting {
	const char *name;
	const char *value, *doc;       /* for people */
	const struct setting_kind *kind;
	size_t at;                     /* of the member */
};

/* Whether only the text counts. */
static bool is_text(const struct setting_value *v)
{
	return v->kind == SETTING_IS_TEXT || v->kind == SETTING_IS_ENV;
}

static int number_of_env(const char *text, uint64_t *ret_number)
{
	char *end;

	if (!isdigit((unsigned char)text[0]) && text[0] != '-' && text[0] != '+')
		return -1;
	errno = 0;
	*ret_number = strtoull(text, &end, 10);
	return *end || end == text || errno ? -1 : 0;
}

static int parse_number(void *member, const struct setting_value *v, struct strbuf *message)
{
	uint64_t *number = member;
	const char *unused;
	int err = 0;

	if (v->kind == SETTING_IS_ENV)
		err = number_of_env(v->text, number);
	else if (v->kind == SETTING_IS_TEXT)
		err = number_parse(v->text, strlen(v->text), number, &unused);
	else
		*number = v->number;
	if (err)
		strbuf_printf(message, "expecting a number, got %s", v->text);
	return err;
}

/* A number in the range that the kernel takes. */
static int parse_range(void *member, const struct setting_value *v, uint64_t min, uint64_t max,
		       struct strbuf *message)
{
	const uint64_t *number = member;

	if (parse_number(member, v, message))
		return -1;
	if (*number >= min && *number <= max)
		return 0;
	strbuf_printf(message, "expecting %llu to %llu, got %llu", (unsigned long long)min,
		      (unsigned long long)max, (unsigned long long)*number);
	return -1;
}

static int parse_entries(void *member, const struct setting_value *v, struct strbuf *message)
{
	return parse_range(member, v, 1, UINT32_MAX, message);
}

static int parse_log(void *member, const struct setting_value *v, struct strbuf *message)
{
	return parse_range(member, v, 0, UINT32_MAX >> 2, message);
}

/* Position of a word in a list ended by NULL, any case; -1: not there. */
static int find_word(const char *const *words, const char *text)
{
	for (int i = 0; words[i]; i++)
		if (!strcasecmp(words[i], text))
			return i;
	return -1;
}

/* 0 or 1, or -1 when the value is no boolean. */
static int truth_of(const struct setting_value *v)
{
	static const char *const words[] = {"false", "true", "0",   "1", "off",
					    "on",    "no",   "yes", NULL};
	int i;

	if (!is_text(v))
		return v->number != 0;
	i = find_word(words, v->text);
	return i < 0 ? -1 : i & 1;
}

static int parse_bool(void *member, const struct setting_value *v, struct strbuf *message)
{
	int truth = truth_of(v);

	if (truth < 0) {
		strbuf_puts(message, "Invalid bool value: valid values are true, false, 1 or 0.");
		return -1;
	}
	*(bool *)member = truth;
	return 0;
}

static int parse_text(void *member, const struct setting_value *v, struct strbuf *message)
{
	(void)message;
	*(const char **)member = v->text;
	return 0;
}

static int parse_license(void *member, const struct setting_value *v, struct strbuf *message)
{
	static const char *const licenses[] = { "Dual MIT/GPL", "Dual BSD/GPL", "Dual MPL/GPL",
						"GPL and additional rights", "GPL v2", "GPL" };

	for (size_t i = 0; i < ARRAY_SIZE(licenses); i++) {
		if (!strcmp(licenses[i], v->text)) {
			*(const char **)member = licenses[i];
			return 0;
		}
	}
	strbuf_printf(message, "Invalid value for license. Found: %s. Valid values: ", v->text);
	for (size_t i = 0; i < ARRAY_SIZE(licenses); i++)
		strbuf_printf(message, "%s%s", i ? ", " : "", licenses[i]);
	strbuf_puts(message, ". Read more about BPF programs and licensing: "
			     "https://docs.kernel.org/bpf/bpf_licensing.html");
	return -1;
}

static int parse_cache(void *member, const struct setting_value *v, struct strbuf *message)
{
	static const char *const words[] = { "1", "PER_PID", "PER_PROGRAM", "NONE", "0", NULL };
	static const enum symbol_cache values[] = { CACHE_DEFAULT, CACHE_PER_PID, CACHE_PER_PROGRAM,
						    CACHE_NONE, CACHE_NONE };
	int i = is_text(v) ? find_word(words, v->text) : -1;

	if (!is_text(v) && v->number <= 1)
		i = v->number ? 0 : 4;
	if (i < 0) {
		strbuf_puts(message, "Invalid value for cache_user_symbols: "
				     "valid values are PER_PID, PER_PROGRAM, and NONE.");
		return -1;
	}
	*(enum symbol_cache *)member = values[i];
	return 0;
}

static int parse_word(const struct setting_kind *k, void *member, const struct setting_value *v,
		      struct strbuf *message)
{
	int i = is_text(v) ? find_word(k->words, v->text) : -1;
	int truth = k->is_feature ? truth_of(v) : -1;

	if (i < 0 && truth >= 0)
		i = truth ? UNSTABLE_ENABLE : UNSTABLE_ERROR;
	if (i < 0) {
		strbuf_printf(message, "Invalid value for %s: valid values are %s.", k->what, k->valid);
		return -1;
	}
	*(unsigned *)member = (unsigned)i;
	return 0;
}

static const char *const missing_words[] = { "error", "warn", "ignore", NULL };
static const char *const stack_words[] = { "bpftrace", "perf", "raw", "build_id", NULL };
static const char *const unstable_words[] = { "enable", "warn", "error", NULL };

/* The third word of a row of settings.def. */
static const struct setting_kind kind_number = { .parse = parse_number, .shown = SHOWN_NUMBER };
static const struct setting_kind kind_entries = { .parse = parse_entries, .shown = SHOWN_NUMBER };
static const struct setting_kind kind_log = { .parse = parse_log, .shown = SHOWN_NUMBER };
static const struct setting_kind kind_bool = { .parse = parse_bool, .shown = SHOWN_BOOL };
static const struct setting_kind kind_text = { .parse = parse_text, .shown = SHOWN_TEXT };
static const struct setting_kind kind_license = { .parse = parse_license, .shown = SHOWN_TEXT };
static const struct setting_kind kind_cache = { .parse = parse_cache };
static const struct setting_kind kind_missing = {
	.shown = SHOWN_WORD, .words = missing_words, .what = "missing_probes", .valid = "ignore, warn, and error",
};
static const struct setting_kind kind_stack = {
	.shown = SHOWN_WORD, .words = stack_words, .what = "stack_mode", .valid = "bpftrace, raw, perf, and build_id",
};
static const struct setting_kind kind_unstable = {
	.shown = SHOWN_WORD, .words = unstable_words, .what = "unstable config", .valid = "enable, warn, and error",
	.is_feature = true,
};

static const struct setting rows[SETTINGS] = {
#define SETTING(c_type, name, kind, value, doc) \
	{ #name, #value, doc, &kind_##kind, offsetof(struct settings, name) },
#include "ast/settings.def"
#undef SETTING
};

static const struct { const char *old, *now; } renamed[] = {
	{ "strlen", "max_strlen" },
	{ "no_cpp_demangle", "cpp_demangle" },
	{ "cat_bytes_max", "max_cat_bytes" },
	{ "map_keys_max", "max_map_keys" },
};

static const char *const without_effect[] = {
	"symbol_source",
	"max_type_res_iterations",
	"unstable_addr",
	"unstable_import",
	"unstable_macro",
	"unstable_map_decl",
	NULL,
};

static const char *const env_only[] = { "btf", "kernel_build", "kernel_source", "vmlinux", NULL };

void settings_defaults(struct settings *s)
{
	*s = (struct settings){
#define SETTING(c_type, name, kind, value, doc) .name = value,
#include "ast/settings.def"
#undef SETTING
	};
}

static int find_row(const char *name)
{
	for (int i = 0; i < SETTINGS; i++)
		if (!strcasecmp(rows[i].name, name))
			return i;
	return -1;
}

static int set_row(struct settings *s, uint64_t keep, int row, const struct setting_value *v,
		   struct strbuf *message)
{
	struct settings changed = *s;
	const struct setting_kind *k = rows[row].kind;
	void *member = (char *)&changed + rows[row].at;
	size_t before = message->len;

	/* The license error is the only one without the key in front. */
	if (row != SETTING_license)
		strbuf_printf(message, "%s: ", rows[row].name);
	if (k->parse ? k->parse(member, v, message) : parse_word(k, member, v, message))
		return -1;
	message->len = before;
	if (message->data)
		message->data[before] = 0;
	if (!(keep >> row & 1))
		*s = changed;
	return 0;
}

static const char *skip_prefix(const char *key)
{
	static const char *const prefixes[] = { "SONDE_", "BPFTRACE_" };

	for (size_t i = 0; i < ARRAY_SIZE(prefixes); i++)
		if (!strncasecmp(key, prefixes[i], strlen(prefixes[i])))
			return key + strlen(prefixes[i]);
	return key;
}

enum setting_result settings_set(struct settings *s, uint64_t keep, const char *key,
				 const struct setting_value *v, struct strbuf *message)
{
	const char *name = skip_prefix(key);
	int row = find_row(name);

	if (row >= 0)
		return set_row(s, keep, row, v, message) ? SETTING_REFUSED : SETTING_DONE;
	for (size_t i = 0; i < ARRAY_SIZE(renamed); i++) {
		if (strcasecmp(renamed[i].old, name))
			continue;
		if (set_row(s, keep, find_row(renamed[i].now), v, message))
			return SETTING_REFUSED;
		strbuf_printf(message, "%s has been renamed, please use %s", renamed[i].old,
			      renamed[i].now);
		return SETTING_OLD_NAME;
	}
	if (find_word(without_effect, name) >= 0) {
		strbuf_printf(message, "%s is deprecated and has no effect", key);
		return SETTING_NO_EFFECT;
	}
	if (find_word(env_only, name) >= 0) {
		strbuf_printf(message, "%s: can only be set as an environment variable", key);
		return SETTING_ENV_ONLY;
	}
	strbuf_printf(message, "%s: not a known configuration option", key);
	return SETTING_UNKNOWN;
}

static const char *env_of(const char *prefix, const char *name)
{
	char var[64];
	size_t n = strlen(prefix);

	memcpy(var, prefix, n);
	for (; *name && n < sizeof(var) - 1; name++)
		var[n++] = (char)toupper((unsigned char)*name);
	var[n] = 0;
	return getenv(var);
}

int settings_from_env(struct settings *s, uint64_t *ret_rows, struct strbuf *message)
{
	uint64_t found = 0;

	for (int i = 0; i < SETTINGS; i++) {
		struct setting_value v = {.kind = SETTING_IS_ENV,
					  .text = env_of("SONDE_", rows[i].name)};

		if (!v.text)
			v.text = env_of("BPFTRACE_", rows[i].name);
		if (!v.text)
			continue;
		if (set_row(s, 0, i, &v, message))
			return -1;
		found |= 1ull << i;
	}
	*ret_rows = found;
	return 0;
}

const char *setting_name(unsigned row)
{
	return row < SETTINGS ? rows[row].name : NULL;
}

int setting_get(const struct settings *s, unsigned row, struct setting_value *ret_value)
{
	const struct setting_kind *k = rows[row].kind;
	const void *member = (const char *)s + rows[row].at;
	struct setting_value v = { .kind = SETTING_IS_TEXT };

	switch (k->shown) {
	case SHOWN_NOT:
		return -1;
	case SHOWN_NUMBER:
		v.kind = SETTING_IS_NUMBER;
		v.number = *(const uint64_t *)member;
		break;
	case SHOWN_BOOL:
		v.kind = SETTING_IS_BOOL;
		v.number = *(const bool *)member;
		break;
	case SHOWN_TEXT:
		v.text = *(const char *const *)member;
		break;
	case SHOWN_WORD:
		v.text = k->words[*(const unsigned *)member];
		break;
	}
	*ret_value = v;
	return 0;
}

const char *setting_default(unsigned row)
{
	return row < SETTINGS ? rows[row].value : NULL;
}

const char *setting_doc(unsigned row)
{
	return row < SETTINGS ? rows[row].doc : NULL;
}
