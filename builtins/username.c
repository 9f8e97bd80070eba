/* The user of the current process, shown by login name. */
#include <pwd.h>
#include <string.h>

#include "ast/script.h"
#include "base/str.h"
#include "builtins/builtin.h"
#include "codegen/cg.h"

/* The last few names, as events of one user come in rows: looking one up reads a file. */
static struct {
	bool is_known;
	uint32_t uid;
	char name[64];
} known[16];

static const char *find_name(uint32_t uid)
{
	unsigned at = uid % (sizeof(known) / sizeof(known[0]));
	const struct passwd *user;

	if (known[at].is_known && known[at].uid == uid)
		return known[at].name;
	user = getpwuid(uid);
	if (user && strlen(user->pw_name) >= sizeof(known[at].name))
		return user->pw_name;
	strcpy(known[at].name, user ? user->pw_name : "");
	known[at].uid = uid;
	known[at].is_known = true;
	return known[at].name;
}

static void format_username(struct output *o, const struct type *t, const void *bytes, struct strbuf *out)
{
	uint64_t uid;

	(void)o;
	(void)t;
	memcpy(&uid, bytes, sizeof(uid));
	strbuf_puts(out, find_name(uid));
}

static const struct value_kind username = { .name = "username_t", .size = 8, .format = format_username,
					 .is_castable = true };

static int check_username(struct script *s, struct unit *u, struct node *call)
{
	(void)u;
	call->type = type_special(s->types, &username, NULL);
	return 0;
}

static void emit_username(struct cg *cg, const struct node *call, ref dst)
{
	ref ids = cg_helper(cg, BPF_FUNC_get_current_uid_gid, 0);

	(void)call;
	cg_store(cg, dst, 0, 8, cg_extend(cg, ids, 4, false));
}

const struct builtin builtins_username[] = {
	{ .name = "username", .sig = "own()", .flags = BUILTIN_VALUE, .kind = &username,
	  .doc = "The login name of the user of the current process; empty when there is none.",
	  .check = COMPILE_SIDE(check_username), .emit_into = COMPILE_SIDE(emit_username) },
	{ 0 }
};
