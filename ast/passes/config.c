#include <string.h>

#include "ast/pass.h"
#include "ast/script.h"
#include "base/arena.h"
#include "base/diag.h"
#include "base/nearest.h"
#include "base/str.h"

/* The value of a setting as the table of settings takes it. Bare words arrive as names. */
static struct setting_value setting_value(struct script *s, const struct node *n)
{
	switch (n->kind) {
	case NODE_number:
		return (struct setting_value){
			.kind = SETTING_IS_NUMBER,
			.number = n->number.value,
			.text = arena_printf(s->arena, "%llu", (unsigned long long)n->number.value),
		};
	case NODE_boolean:
		return (struct setting_value){
			.kind = SETTING_IS_BOOL,
			.number = n->boolean.value,
			.text = n->boolean.value ? "true" : "false",
		};
	case NODE_string:
		return (struct setting_value){ .kind = SETTING_IS_TEXT, .text = n->string.text };
	default:
		return (struct setting_value){ .kind = SETTING_IS_TEXT, .text = n->name.name };
	}
}

static void hint_nearest_setting(struct script *s, struct diag *d, const char *key)
{
	struct nearest near = {.want = key, .arena = s->arena};
	const char *name;

	for (unsigned i = 0; (name = setting_name(i)); i++)
		nearest_offer(&near, name);
	nearest_hint(&near, s->diags, d, "", "");
	if (!near.best)
		diag_hint(s->diags, d, "sonde(8) lists the settings there are");
}

static void apply_setting(struct script *s, const struct node *n)
{
	struct setting_value v = setting_value(s, n->setting.value);
	struct strbuf message = { 0 };
	struct diag *d;

	switch (settings_set(&s->settings, s->settings_from_env, n->setting.key, &v, &message)) {
	case SETTING_DONE:
		break;
	case SETTING_OLD_NAME:
		diag_warning(s->diags, DIAG_CONFIG_RENAMED, n->span, "%s", message.data);
		break;
	case SETTING_NO_EFFECT:
		diag_warning(s->diags, DIAG_CONFIG_NO_EFFECT, n->span, "%s", message.data);
		break;
	case SETTING_REFUSED:
		diag_error(s->diags, DIAG_CONFIG, n->span, "%s", message.data);
		break;
	case SETTING_ENV_ONLY:
		d = diag_error(s->diags, DIAG_CONFIG, n->span, "%s", message.data);
		diag_hint(s->diags, d,
			  "types come from the BTF of the kernel; SONDE_BTF=FILE names another");
		break;
	case SETTING_UNKNOWN:
		d = diag_error(s->diags, DIAG_CONFIG, n->span, "%s", message.data);
		hint_nearest_setting(s, d, n->setting.key);
		break;
	}
	strbuf_done(&message);
}

static const struct map_kind map_kinds[] = {
	{ "hash", false, false },
	{ "lruhash", false, true },
	{ "percpuhash", true, false },
	{ "percpulruhash", true, true },
};

static const struct map_kind *find_map_kind(const char *name)
{
	for (size_t i = 0; i < ARRAY_SIZE(map_kinds); i++)
		if (!strcmp(map_kinds[i].name, name))
			return &map_kinds[i];
	return NULL;
}

static void declare_map(struct script *s, const struct node *n)
{
	const struct map_kind *kind = find_map_kind(n->map_decl.map_kind);
	struct map *m = script_map(s, n->map_decl.name, n->span);
	struct diag *d;

	if (!kind) {
		d = diag_error(s->diags, DIAG_MAP_KIND, n->map_decl.kind_span, "Invalid bpf map type: %s",
			       n->map_decl.map_kind);
		diag_hint(s->diags, d, "Valid map types: hash, lruhash, percpuhash, percpulruhash");
		return;
	}
	if (m->declared_kind) { /* the first declaration counts */
		if (m->declared_kind == kind && m->declared_max == n->map_decl.max)
			return;
		d = diag_warning(s->diags, DIAG_MAP_KIND, n->span, "@%s was declared already: this declaration does not count",
				 m->name);
		diag_note(s->diags, d, m->declared_at, "This is the declaration that counts.");
		return;
	}
	if (!n->map_decl.max || n->map_decl.max > UINT32_MAX) {
		diag_error(s->diags, DIAG_MAP_KIND, n->span, "a map needs room for 1 to %u entries", UINT32_MAX);
		return;
	}
	m->declared_kind = kind;
	m->declared_max = n->map_decl.max;
	m->declared_at = n->span;
}

/* What was not read by now never is: main.c reads imports, some tests do not. */
static void check_read(struct script *s, const struct node *n)
{
	if (!n->import.is_read)
		diag_error(s->diags, DIAG_IMPORT, n->span, "imports are not read here");
}

static int check_import(struct node *n, void *ctx)
{
	struct script *s = ctx;
	struct diag *d;

	if (n->kind != NODE_import)
		return node_each_child(n, check_import, s);
	check_read(s, n);
	if (s->settings.unstable_import_statement == UNSTABLE_ERROR) {
		d = diag_error(s->diags, DIAG_UNSTABLE, n->span,
			       "Import statements that are not at the top level are primarily for the standard "
			       "library. If this is functionality you need, please file an issue to explain why.");
		diag_hint(s->diags, d, "config = { unstable_import_statement = enable } allows them");
	} else {
		script_use_unstable(s, "import statements", "unstable_import_statement",
				    s->settings.unstable_import_statement, n->span);
	}
	return 0;
}

int pass_config(struct script *s)
{
	for (struct node *n = s->root->program.config; n; n = n->next)
		apply_setting(s, n);
	for (struct node *n = s->root->program.items; n; n = n->next)
		if (n->kind == NODE_map_decl)
			declare_map(s, n);
	for (struct node *n = s->root->program.imports; n; n = n->next)
		check_read(s, n);
	for (struct node *n = s->root->program.items; n; n = n->next)
		check_import(n, s);
	return diags_errors(s->diags) ? -1 : 0;
}
