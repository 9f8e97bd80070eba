#include "base/arena.h"
#include "codegen/cg_priv.h"

/* Long bodies become several functions, "parts". LLVM's time grows faster than the size of a function, a BPF
 * jump reaches 32,767 instructions, and the kernel keeps a list of undecided branches that a function of
 * thousands of statements overflows; it looks at a part by itself. Statements in a row make a part; what it
 * shares with others lives in scratch memory, which a part finds by the number of its entry. */

/* Weights are BPF instructions, roughly. A program may have 256 functions. Only what is well above the weight of a part is cut:
 * a first part brings code along that all share. */
enum { LEAF_WEIGHT = 400, PART_WEIGHT = 3000, WHOLE_WEIGHT = 4000, CALL_WEIGHT = 8, LOOP_WEIGHT = 60, MAX_PARTS = 120 };

struct splitter {
	struct script *s;
	uint64_t limit;                /* of a function */
	unsigned parts;                /* made so far */
};

/* -- how heavy -- */

static uint64_t own_weight(const struct node *n)
{
	uint64_t bytes = n->type && !type_is_scalar(n->type) ? n->type->size : 0, weight = 2;

	if (n->kind == NODE_map)
		weight = 50;
	else if (n->kind == NODE_call)
		weight = 40;
	else if (n->kind == NODE_name)
		weight = 15;
	else if (n->kind == NODE_for_map || n->kind == NODE_for_range)
		weight = LOOP_WEIGHT;
	else if (n->kind == NODE_number)
		weight = 0;
	return weight + (bytes < 128 ? bytes : 128) / 4;
}

static uint64_t split(struct splitter *x, struct node *n);

struct sum {
	struct splitter *x;
	uint64_t weight;
};

static int add_child(struct node *n, void *ctx)
{
	struct sum *sum = ctx;

	sum->weight += split(sum->x, n);
	return 0;
}

/* -- cutting -- */

/* The statements from first to last become one, a part; returns it. */
static struct node *make_part(struct splitter *x, struct node *first, struct node *last)
{
	struct span span = { first->span.start, last->span.end };
	struct node *part = node_new(x->s->arena, NODE_block, span);

	part->block.stmts = first;
	part->block.part = ARENA_NEW(x->s->arena, struct part);
	part->next = last->next;
	last->next = NULL;
	x->parts++;
	return part;
}

/* The value of a block. */
static bool is_value(const struct node *st)
{
	return !st->next && st->kind == NODE_expr_stmt && st->expr_stmt.trailing;
}

/* Makes parts of about the same weight out of a block; returns the weight that is left. */
static uint64_t cut(struct splitter *x, struct node *block, const uint64_t *weights, uint64_t total)
{
	uint64_t wanted = total / (total / x->limit + 1) + 1, sum = 0, left = 0;
	struct node **first = &block->block.stmts;

	for (struct node *st = *first, *next; st; st = next) {
		next = st->next;
		if (is_value(st))
			return left + *weights;
		sum += *weights++;
		if (sum < wanted && next && !is_value(next))
			continue;
		*first = make_part(x, *first, st);
		first = &(*first)->next;
		sum = 0;
		left += CALL_WEIGHT;
	}
	return left;
}

static uint64_t split_block(struct splitter *x, struct node *block)
{
	VEC(uint64_t) weights = { 0 };
	uint64_t total = 0;

	for (struct node *st = block->block.stmts; st; st = st->next) {
		vec_push(&weights, split(x, st));
		total += weights.v[weights.n - 1];
	}
	if (total > x->limit)
		total = cut(x, block, weights.v, total);
	vec_done(&weights);
	return total;
}

/* The same code many times: as one part, it is made once. */
static uint64_t split_unroll(struct splitter *x, struct node *n)
{
	uint64_t times = n->unroll.count->number.value, once = split_block(x, n->unroll.body);
	struct node *last = n->unroll.body->block.stmts;

	if (!last || times * once <= x->limit)
		return times * once;
	while (last->next)
		last = last->next;
	n->unroll.body->block.stmts = make_part(x, n->unroll.body->block.stmts, last);
	return times * CALL_WEIGHT;
}

/* Cuts inside a node; returns what is left of its weight. */
static uint64_t split(struct splitter *x, struct node *n)
{
	struct sum sum = { .x = x };

	switch (n->kind) {
	case NODE_block:
		return n->block.part ? CALL_WEIGHT : split_block(x, n);
	case NODE_unroll:
		return split_unroll(x, n);
	case NODE_for_map: /* the bodies are functions already */
		split_block(x, n->for_map.body);
		return own_weight(n);
	case NODE_for_range:
		split_block(x, n->for_range.body);
		return own_weight(n) + split(x, n->for_range.from) + split(x, n->for_range.to);
	default:
		node_each_child(n, add_child, &sum);
		return own_weight(n) + sum.weight;
	}
}

struct heaviest {
	const struct node *statement;
	uint64_t weight;
	uint64_t sum;                  /* of the statement at hand */
};

/* What stands in blocks inside a statement has statements of its own. Here numbers count, too: thousands of them may be
 * what is heavy. */
static int weigh(struct node *n, void *ctx)
{
	struct heaviest *h = ctx;
	uint64_t around = h->sum;

	if (n->kind != NODE_block) {
		h->sum += own_weight(n) + 1;
		return node_each_child(n, weigh, h);
	}
	for (struct node *st = n->block.stmts; st; st = st->next) {
		h->sum = 0;
		weigh(st, h);
		if (h->sum > h->weight) {
			h->statement = st;
			h->weight = h->sum;
		}
	}
	h->sum = around;
	return 0;
}

const struct node *heaviest_statement(const struct script *s)
{
	struct heaviest h = { 0 };

	for (size_t i = 0; i < s->units.n; i++)
		weigh(s->units.v[i]->body, &h);
	return h.statement;
}

/* -- what functions share -- */

/* Where a walk over the body is. */
struct place {
	unsigned here, *last;          /* function of the object; 1 is the program */
	bool ends_while;               /* in what tells when a while is done */
	struct variable *result;       /* of the function of the script around */
};

static void note_use(const struct place *at, struct variable *v)
{
	struct var_slot *slot = v->slot;

	if (slot->function && slot->function != at->here)
		v->is_captured = true;
	slot->function = at->here;
	slot->ends_while |= at->ends_while;
}

static int note_uses(struct node *n, void *ctx);

static bool is_variable(const struct node *n, void *ctx)
{
	(void)ctx;
	return n->kind == NODE_var;
}

/* The condition tells when the loop is done; without a variable there, something in the body. */
static int note_while(struct node *n, struct place *inside)
{
	bool around = inside->ends_while;

	inside->ends_while = true;
	note_uses(n->while_loop.cond, inside);
	inside->ends_while = around || !node_any(n->while_loop.cond, is_variable, NULL);
	return note_uses(n->while_loop.body, inside);
}

/* The range is worked out before the body is entered. */
static int note_range(struct node *n, struct place *outside, struct place *inside)
{
	note_uses(n->for_range.from, outside);
	note_uses(n->for_range.to, outside);
	note_uses(n->for_range.var, inside);
	return note_uses(n->for_range.body, inside);
}

/* Parameters and the result belong to both sides of a call. */
static void note_call(struct node *n, struct place *at)
{
	unsigned i = 0;

	for (const struct node *arg = n->inlined.args; arg; arg = arg->next)
		note_use(at, n->inlined.vars[i++]);
	at->result = n->inlined.result;
	if (at->result)
		note_use(at, at->result);
}

static int note_uses(struct node *n, void *ctx)
{
	struct place *at = ctx, inside = *at;

	if (n->kind == NODE_var)
		note_use(at, n->var.sym);
	else if (n->kind == NODE_return_stmt && at->result)
		note_use(at, at->result);
	else if (n->kind == NODE_inlined)
		note_call(n, &inside);
	if (n->kind == NODE_while_loop)
		return note_while(n, &inside);
	if (n->kind == NODE_block && n->block.part)
		n->block.part->fn = NULL; /* of an earlier attempt */
	if ((n->kind == NODE_block && n->block.part) || n->kind == NODE_for_map || n->kind == NODE_for_range)
		inside.here = ++*at->last;
	if (n->kind == NODE_for_range)
		return note_range(n, at, &inside);
	return node_each_child(n, note_uses, &inside);
}

static bool cut_body(struct cg *cg, struct unit *u)
{
	struct splitter x = { .s = cg->s, .limit = UINT64_MAX };
	uint64_t weight = split(&x, u->body); /* cuts nothing */

	u->is_long = weight > LEAF_WEIGHT;
	if (weight <= WHOLE_WEIGHT)
		return false;
	x.limit = weight / MAX_PARTS > PART_WEIGHT ? weight / MAX_PARTS : PART_WEIGHT;
	split(&x, u->body);
	return x.parts;
}

bool split_body(struct cg *cg, struct unit *u)
{
	unsigned last = 1;
	struct place program = { .here = 1, .last = &last };

	if (!u->is_split)
		u->is_split = cut_body(cg, u);
	if (u->is_split)
		note_uses(u->body, &program);
	return u->is_split;
}

/* -- code -- */

/* What a part returns. */
enum { PART_DONE, PART_LEFT, PART_RETURNED, PART_BREAK, PART_CONTINUE };

static bool is_used(LLVMBasicBlockRef b)
{
	return LLVMGetFirstUse(LLVMBasicBlockAsValue(b));
}

static void return_code(struct cg *cg, LLVMBasicBlockRef from, unsigned code)
{
	block_start(cg, from);
	LLVMBuildRet(cg->b, cg_const(cg, code));
}

/* A part that uses neither the context nor the program's frame is a global function to the kernel: its argument is
 * a number. */
static void emit_part(struct cg *cg, struct part *p, const struct node *block)
{
	struct function f = { 0 };
	struct loop around;
	bool is_in_loop = cg->f->loops;

	part_begin(cg, &f);
	f.returned = block_new(cg, "returned");
	around = (struct loop){ NULL, block_new(cg, "break"), block_new(cg, "continue") };
	if (is_in_loop)
		f.loops = &around;
	statements_emit(cg, block);
	LLVMBuildRet(cg->b, cg_const(cg, PART_DONE));
	p->fn = f.fn;
	p->leaves = is_used(f.leave) || f.uses_outer;
	p->returns = is_used(f.returned);
	p->breaks = is_used(around.break_to);
	p->continues = is_used(around.continue_to);
	return_code(cg, f.leave, PART_LEFT);
	return_code(cg, f.returned, PART_RETURNED);
	return_code(cg, around.break_to, PART_BREAK);
	return_code(cg, around.continue_to, PART_CONTINUE);
	part_end(cg);
	p->uses_context = f.uses_context;
	p->uses_outer = f.uses_outer;
}

static void go_if(struct cg *cg, LLVMValueRef r, unsigned code, LLVMBasicBlockRef to)
{
	LLVMBasicBlockRef go_on = block_new(cg, "go_on");

	branch_if(cg, cg_compare(cg, OP_EQ, false, r, cg_const(cg, code)), to, go_on);
	block_start(cg, go_on);
}

void part_emit(struct cg *cg, const struct node *block)
{
	struct part *p = block->block.part;
	LLVMValueRef args[3], r;
	struct cg_fork f;

	if (!p->fn)
		emit_part(cg, p, block);
	args[0] = cg_load(cg, scratch_address(cg, cg->part_entry), 0, 8, false);
	args[1] = p->uses_context ? cg_ctx(cg) : LLVMConstNull(cg->ptr);
	args[2] = p->uses_outer ? program_frame_address(cg, 0) : LLVMConstNull(cg->ptr);
	r = LLVMBuildCall2(cg->b, part_type(cg), p->fn, args, 3, "");
	if (p->leaves) {
		f = cg_if(cg, cg_compare(cg, OP_EQ, false, r, cg_const(cg, PART_LEFT)));
		if (cg->f->kind != FUNCTION_PART)
			result_store(cg, cg_load(cg, scratch_address(cg, cg->part_result), 0, 8, false));
		cg_leave(cg);
		cg_end(cg, &f);
	}
	if (p->returns) {
		f = cg_if(cg, cg_compare(cg, OP_EQ, false, r, cg_const(cg, PART_RETURNED)));
		inlined_leave(cg);
		cg_end(cg, &f);
	}
	if (p->breaks)
		go_if(cg, r, PART_BREAK, cg->f->loops->break_to);
	if (p->continues)
		go_if(cg, r, PART_CONTINUE, cg->f->loops->continue_to);
}
