#include "ast/named_param.h"

#include <string.h>
#include <strings.h>

#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/str.h"
#include "base/vec.h"

/* -- words of the command line: "--name", "--name=text" -- */

static size_t word_name_len(const char *word)
{
	return strcspn(word, "=");
}

/* What a word says: NULL without '='; with more than one it says nothing. */
static const char *word_text(const char *word)
{
	const char *equals = strchr(word, '=');

	if (!equals)
		return NULL;
	return strchr(equals + 1, '=') ? "" : equals + 1;
}

static bool is_word_of(const char *word, const char *name)
{
	size_t len = word_name_len(word + 2);

	return strlen(name) == len && !strncmp(word + 2, name, len);
}

/* The last word that gives the parameter; NULL: none. A bare "--" gives nothing. */
static const char *find_word(const struct script *s, const char *name)
{
	for (size_t i = s->n_named; i-- > 0;)
		if (*name && is_word_of(s->named[i], name))
			return s->named[i];
	return NULL;
}

/* -- values; each reader returns NULL, or what is wrong -- */

static const char *read_bool(const char *text, uint64_t *ret_value)
{
	static const char *const words[] = { "false", "true", "0", "1", "off", "on", "no", "yes" };

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		if (text && strcasecmp(text, words[i]))
			continue;
		*ret_value = text ? i % 2 : 1;
		return NULL;
	}
	return "expects a boolean (e.g. 'true')";
}

static const char *read_number(const char *text, bool is_signed, uint64_t *ret_value)
{
	const char *error;
	bool minus;
	uint64_t value;

	if (!text)
		return "expects an integer";
	minus = *text == '-';
	text += minus || *text == '+';
	if (number_parse(text, strlen(text), &value, &error))
		return strncmp(error, "overflow", 8) ? error : "value is out of range";
	if (minus ? value > (uint64_t)INT64_MAX + 1 : is_signed && value > INT64_MAX)
		return "value is out of range";
	*ret_value = minus ? -value : value;
	return NULL;
}

static const char *read_value(enum param_kind kind, const char *text, struct param_value *ret)
{
	switch (kind) {
	case PARAM_BOOL:
		return read_bool(text, &ret->number);
	case PARAM_TEXT:
		if (!text)
			return "expects a string";
		ret->text = text;
		ret->len = (uint32_t)strlen(text);
		return NULL;
	default:
		return read_number(text, kind == PARAM_INT, &ret->number);
	}
}

/* -- parameters of the script -- */

struct named_param *named_param_find(const struct script *s, const char *name)
{
	for (size_t i = 0; i < s->asked.n; i++)
		if (!strcmp(s->asked.v[i]->name, name))
			return s->asked.v[i];
	return NULL;
}

struct named_param *named_param_new(struct script *s, const char *name, enum param_kind kind,
				    struct param_value fallback)
{
	struct named_param *p = ARENA_NEW(s->arena, struct named_param);
	const char *word = find_word(s, name);

	p->name = name;
	p->kind = kind;
	p->value = p->fallback = fallback;
	if (word) {
		p->given = word_text(word);
		p->error = read_value(kind, p->given, &p->value);
		if (!p->given)
			p->given = "true";
	}
	vec_push(&s->asked, p);
	return p;
}

void named_param_show_default(const struct named_param *p, struct strbuf *out)
{
	const struct param_value *v = &p->fallback;

	switch (p->kind) {
	case PARAM_BOOL:
		strbuf_puts(out, v->number ? "true" : "false");
		return;
	case PARAM_UINT:
		strbuf_printf(out, "%llu", (unsigned long long)v->number);
		return;
	case PARAM_INT:
		strbuf_printf(out, "%lld", (long long)v->number);
		return;
	case PARAM_TEXT:
		strbuf_put(out, v->text, v->len);
		return;
	}
}

/* -- the command line against the script -- */

static bool is_expected(const struct script *s, const char *word)
{
	for (size_t i = 0; i < s->asked.n; i++)
		if (word[2] && is_word_of(word, s->asked.v[i]->name))
			return true;
	return is_word_of(word, "help");
}

bool named_params_asked(const struct script *s)
{
	return find_word(s, "help") != NULL;
}

void named_params_list(const struct script *s, struct strbuf *out)
{
	if (!s->asked.n) {
		strbuf_puts(out, "no custom program options defined.");
		return;
	}
	strbuf_puts(out, "expected program options:");
	for (size_t i = 0; i < s->asked.n; i++) {
		const struct named_param *p = s->asked.v[i];

		strbuf_printf(out, "\n--%s", p->name);
		if (p->description)
			strbuf_printf(out, ": %s", p->description);
	}
}

/* The same in one line, without descriptions. */
static void list_names(const struct script *s, struct strbuf *out)
{
	if (!s->asked.n) {
		named_params_list(s, out);
		return;
	}
	strbuf_puts(out, "expected program options");
	for (size_t i = 0; i < s->asked.n; i++)
		strbuf_printf(out, ": --%s", s->asked.v[i]->name);
}

static void say_unexpected(struct script *s, const char *names)
{
	struct diag *d = diag_error(s->diags, DIAG_USAGE, (struct span){ 0, 0 },
				    "unexpected program command line options: %s", names);
	struct strbuf hint = { 0 };

	if (named_params_asked(s))
		named_params_list(s, &hint);
	else
		list_names(s, &hint);
	diag_hint(s->diags, d, "%s", hint.data);
	strbuf_done(&hint);
}

int named_params_check(struct script *s)
{
	struct strbuf unexpected = { 0 };

	for (size_t i = 0; i < s->n_named; i++)
		if (!is_expected(s, s->named[i]))
			strbuf_printf(&unexpected, "%s%.*s", unexpected.len ? ", " : "",
				      (int)word_name_len(s->named[i]), s->named[i]);
	if (unexpected.len)
		say_unexpected(s, unexpected.data);
	strbuf_done(&unexpected);
	for (size_t i = 0; i < s->asked.n; i++) {
		const struct named_param *p = s->asked.v[i];

		if (p->error)
			diag_error(s->diags, DIAG_USAGE, (struct span){ 0, 0 },
				   "program command line option --%s %s (value: %s)", p->name, p->error,
				   p->given);
	}
	return diags_errors(s->diags) ? -1 : 0;
}
