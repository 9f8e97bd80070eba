#ifndef SONDE_AST_PASSES_LATE_H
#define SONDE_AST_PASSES_LATE_H

#include <stdbool.h>

struct late;
struct node;
struct script;
struct unit;

/* What the passes in front of the types do once more, for what had to wait until types were known: the
 * branches behind "if comptime". */

/* resolve.c: n, one of the branches, as if it had been taken in its turn. */
void resolve_late(const struct late *late, struct node *n);
/* resolve.c: warnings about variables and maps that nobody uses, when everything was resolved. */
void resolve_check_uses(struct script *s);

/* fold.c: works out what can be worked out in a body, and returns whether anything was. is_settled: the types in
 * it will not change any more. */
bool fold_body(struct script *s, const struct unit *u, struct node *body, bool is_settled);
/* The same for what stands behind "comptime". */
void fold_operand(struct script *s, const struct unit *u, struct node *n, bool is_settled);
/* n, an if or a ternary whose condition is "comptime" of a literal, becomes the branch to take. */
void fold_choose(struct script *s, struct node *n);

#endif
