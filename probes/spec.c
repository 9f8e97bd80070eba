#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/host.h"
#include "base/str.h"
#include "probes/probe_priv.h"

/* The text of an attach point, taken apart and handed to its kind. */

/* Kinds of the language, name then aliases: one of these without a row is not in this version. */
static const struct {
	const char *names, *instead;
} language[] = {
	{ "begin", NULL },
	{ "end", NULL },
	{ "self", NULL },
	{ "test", "begin runs once, too" },
	{ "bench", "begin runs once; `time sonde` tells how long it all took" },
	{ "kprobe k", NULL },
	{ "kretprobe kr", NULL },
	{ "uprobe u", NULL },
	{ "uretprobe ur", NULL },
	{ "usdt U", "uprobe:BINARY:FUNCTION sees the function that the mark stands in" },
	{ "tracepoint t", NULL },
	{ "rawtracepoint rt", NULL },
	{ "fentry f kfunc", "kprobe:FUNCTION is at the same place; arg0, arg1 ... are its arguments" },
	{ "fexit fr kretfunc", "kretprobe:FUNCTION is at the same place; retval is what it returns" },
	{ "iter it", "what is there already is in /proc; tracepoints see what happens from now on" },
	{ "profile p", NULL },
	{ "interval i", NULL },
	{ "software s", NULL },
	{ "hardware h", "profile:hz:99 samples by time" },
	{ "watchpoint w", "uprobe:BINARY:FUNCTION and kprobe:FUNCTION see the functions that write there" },
};

/* What wildcards stand for; those without a row are passed over. */
static const char *const kernel_kinds[] = { "fentry", "hardware", "iter", "kprobe", "rawtracepoint", "software",
					    "tracepoint", NULL };
static const char *const user_kinds[] = { "uprobe", "usdt", NULL };

bool names_process(const struct host *h)
{
	return h->pid && !h->child;
}

const char *const *probe_kinds_of(bool user)
{
	return user ? user_kinds : kernel_kinds;
}

struct splitter {
	struct script *s;
	struct span span;
	struct strbuf part;
	const char *parts[MAX_PROBE_PARTS + 1];
	unsigned n;
};

static void end_part(struct splitter *sp)
{
	strbuf_putc(&sp->part, 0);
	if (sp->n <= MAX_PROBE_PARTS)
		sp->parts[sp->n] = arena_strdup(sp->s->arena, sp->part.data);
	sp->n++;
	strbuf_reset(&sp->part);
}

/* Both: the point cannot be read, and so the probe has one less. */
static int bad_point(struct splitter *sp, const char *message)
{
	diag_error(sp->s->diags, DIAG_PROBE_SPEC, sp->span, "%s", message);
	diag_error(sp->s->diags, DIAG_PROBE_SPEC, sp->span, "No attach points for probe");
	return -1;
}

static int split(struct splitter *sp, const char *text, bool in_param);

/* Text behind a '$'; what the parameter says is read in its place. Returns how many bytes were used. */
static int put_param(struct splitter *sp, const char *text)
{
	size_t len = strspn(text, "0123456789"), all = strcspn(text, ":@\"$");
	uint64_t n = 0;
	const char *error;
	struct script *s = sp->s;

	if (!len || text[0] == '0')
		return bad_point(sp, arena_printf(s->arena, "invalid trailing character for positional param: "
				"%.*s. Try quoting this entire part if this is intentional e.g. \"$%.*s\".",
				text[0] ? 1 : 0, text, (int)all, text));
	if (number_parse(text, len, &n, &error))
		return bad_point(sp, arena_printf(s->arena, "positional parameter is not valid: %s: %.*s",
						  error, (int)len, text));
	if (n <= s->n_params && split(sp, s->params[n - 1], true))
		return -1;
	return (int)len;
}

/* Copies a quoted text; returns how many bytes were used. */
static size_t put_quoted(struct splitter *sp, const char *text)
{
	size_t i = 1;

	for (; text[i] && text[i] != '"'; i++) {
		if (text[i] == '\\' && text[i + 1])
			i++;
		strbuf_putc(&sp->part, text[i]);
	}
	return text[i] ? i + 1 : i;
}

static int split(struct splitter *sp, const char *text, bool in_param)
{
	int used;

	for (size_t i = 0; text[i];) {
		switch (text[i]) {
		case '"':
			i += put_quoted(sp, text + i);
			break;
		case '$':
			if (in_param) { /* a parameter that names another one would never end */
				strbuf_putc(&sp->part, text[i++]);
				break;
			}
			used = put_param(sp, text + i + 1);
			if (used < 0)
				return -1;
			i += 1 + (size_t)used;
			break;
		case ':':
			end_part(sp);
			i++;
			break;
		case '@':
			end_part(sp);
			strbuf_putc(&sp->part, '@');
			end_part(sp);
			i++;
			break;
		default:
			strbuf_putc(&sp->part, text[i++]);
		}
	}
	return 0;
}

/* ---- providers ---- */

static bool is_name(const char *row, const char *name)
{
	size_t len = strcspn(row, " ");

	return (strlen(name) == len && !strncasecmp(row, name, len)) || has_word(row, name);
}

static void hint_kinds(struct script *s, struct diag *d)
{
	struct strbuf names = { 0 };
	const struct probe_kind *k;

	for (size_t i = 0; (k = probe_kind_at(i)); i++)
		strbuf_printf(&names, i ? ", %s" : "%s", k->name);
	diag_hint(s->diags, d, "probe types are %s", names.data);
	strbuf_done(&names);
}

static int refuse_provider(struct script *s, struct span span, const char *name)
{
	struct nearest near = { .want = name, .arena = s->arena };
	char *lower = arena_strdup(s->arena, name);
	const struct probe_kind *k;
	struct diag *d;

	for (size_t i = 0; i < ARRAY_SIZE(language); i++)
		if (is_name(language[i].names, name)) {
			d = diag_error(s->diags, DIAG_NOT_BUILT, span,
				       "probe type '%.*s' is not supported by this version",
				       (int)strcspn(language[i].names, " "), language[i].names);
			if (language[i].instead)
				diag_hint(s->diags, d, "%s", language[i].instead);
			return -1;
		}
	for (char *c = lower; *c; c++)
		*c = (char)tolower((unsigned char)*c);
	if (probe_kind_find(lower)) {
		d = diag_error(s->diags, DIAG_PROBE_KIND, span, "Invalid provider: '%s'", lower);
		diag_hint(s->diags, d, "Aliases are written in lower case.");
		return -1;
	}
	for (size_t i = 0; (k = probe_kind_at(i)); i++)
		nearest_offer(&near, k->name);
	d = diag_error(s->diags, DIAG_PROBE_KIND, span, "Invalid probe type: %s", name);
	if (near.best)
		nearest_hint(&near, s->diags, d, "'", "'");
	else
		hint_kinds(s, d);
	return -1;
}

/* Whether that many parts are right for a kind. */
static bool fits_count(const struct script *s, const struct probe *p, const struct probe_kind *k)
{
	if (p->n_parts >= k->min_parts && p->n_parts <= k->max_parts)
		return true;
	if (k->wildcard_alone && p->n_parts == 1 && has_wildcard(p->part[0]))
		return true;
	return k->pid_gives_path && names_process(s->host) && p->n_parts == 1;
}

static struct probe *probe_as(struct script *s, const struct probe *raw, const struct probe_kind *k)
{
	struct probe *p = arena_memdup(s->arena, raw, sizeof(*raw));

	p->kind = k;
	return p;
}

static int parse_one(struct script *s, const struct probe *raw, const struct probe_kind *k,
		     int (*each)(void *ctx, struct probe *p), void *ctx)
{
	struct probe *p = probe_as(s, raw, k);

	if (!fits_count(s, p, k))
		return probe_error(s, p, "%s probe type requires %s arguments, found %u", k->name, k->counts,
				   p->n_parts);
	if (k->parse && k->parse(s, p))
		return -1;
	return each(ctx, p);
}

static int count_match(void *ctx, const struct attach_target *t)
{
	(void)t;
	*(bool *)ctx = true;
	return 1;
}

/* One kind of a provider with wildcards; what does not fit it is passed over in silence. */
static struct probe *try_kind(struct script *s, const struct probe *raw, const struct probe_kind *k)
{
	struct diags *loud = s->diags;
	struct probe *p = probe_as(s, raw, k);
	bool matched = false;

	if (!fits_count(s, p, k))
		return NULL;
	p->is_guess = true;
	s->diags = diags_new(s->arena, s->sources);
	if (!k->parse || !k->parse(s, p))
		probe_match(s, p, count_match, &matched);
	s->diags = loud;
	return matched ? p : NULL;
}

static int parse_many(struct script *s, const struct probe *raw, const char *pattern,
		      int (*each)(void *ctx, struct probe *p), void *ctx)
{
	bool user = names_process(s->host) || (raw->n_parts && strchr(raw->part[0], '/'));
	bool any = false;

	for (const char *const *name = probe_kinds_of(user); *name; name++) {
		const struct probe_kind *k = probe_kind_find(*name);
		struct probe *p = k && wildcard_match(pattern, k->name) ? try_kind(s, raw, k) : NULL;

		if (!p)
			continue;
		any = true;
		if (each(ctx, p))
			return -1;
	}
	if (any)
		return 0;
	diag_hint(s->diags, diag_error(s->diags, DIAG_PROBE_KIND, raw->span, "No probe type matched for %s", pattern),
		  "`sonde -l '%s'` lists what there is", raw->text);
	diag_error(s->diags, DIAG_PROBE_SPEC, raw->span, "No attach points for probe");
	return -1;
}

/* "label=kprobe" becomes "kprobe"; the label goes into the probe. */
static const char *take_label(struct script *s, const char *provider, struct probe *p)
{
	const char *equals = strchr(provider, '=');

	if (!equals || equals == provider)
		return provider;
	p->label = arena_strndup(s->arena, provider, (size_t)(equals - provider));
	return equals + 1;
}

int probe_parse(struct script *s, const char *text, struct span span,
		int (*each)(void *ctx, struct probe *p), void *ctx)
{
	struct splitter sp = { .s = s, .span = span };
	struct probe p = { .span = span, .text = text };
	const struct probe_kind *k;
	const char *provider;
	int err = split(&sp, text, false);

	if (!err)
		end_part(&sp);
	strbuf_done(&sp.part);
	if (err)
		return -1;
	provider = take_label(s, sp.parts[0], &p);
	if (!*provider && sp.n == 1) {
		hint_kinds(s, diag_error(s->diags, DIAG_PROBE_SPEC, span, "No attach points for probe"));
		return -1;
	}
	k = probe_kind_find(provider);
	p.n_parts = sp.n - 1;
	for (unsigned i = 0; i < p.n_parts && i < MAX_PROBE_PARTS; i++)
		p.part[i] = sp.parts[i + 1];
	if (k)
		return parse_one(s, &p, k, each, ctx);
	if (has_wildcard(provider))
		return parse_many(s, &p, provider, each, ctx);
	return refuse_provider(s, span, provider);
}
