# The C section: sizes, constants, #define, headers of one's own. {{TMP}} is where headers are written.

NAME   [lexical 4.2] [types 1.2] [types 13] sizes and offsets of C definitions
NEEDS  root
SCRIPT struct in { char a; long b; } __attribute__((packed));
	union u { int a; char b[6]; };
	struct s { char c; struct in in[2]; union u u; struct { short x; union { int y; char z; }; }; unsigned f:3, g:5; struct s *next; };
	begin { print((sizeof(struct in), sizeof(union u), sizeof(struct s), offsetof(struct s, u), offsetof(struct s, z), offsetof(struct s, next)));
	print((sizeof(struct s *), sizeof(s))); }
EXPECT
	(9, 8, 48, 20, 32, 40)
	(8, 48)

NAME   [lexical 4.4] [types 2] constants of enums are values that print with their names
NEEDS  root
SCRIPT enum color { RED, GREEN = 5, BLUE, NEG = -1, BIG = 1ull << 40 };
	enum { ANON = 1 << 4 };
	begin { print((RED, GREEN, BLUE, NEG, BIG, ANON)); print(GREEN + 1); print((int64)NEG); @[BLUE] = GREEN; print((enum color)6); print(sizeof(RED)); }
EXPECT
	(RED, GREEN, BLUE, NEG, BIG, ANON)
	6
	-1
	BLUE
	8
	

	@[BLUE]: GREEN

NAME   [lexical 4.4] #define stands for an expression where its name is used
NEEDS  root
SCRIPT #define LIMIT 3
	#define SUM LIMIT+1
	#define TEXT "some text"
	#define OF_PLACE $x * 2
	#define HEX 0x10UL
	#define CHAR 'a'
	#define UINT (unsigned int)-1
	#define SHIFTED(x) (1 << (x))
	#define MASK SHIFTED(4) | 1
	#define SIZE sizeof(struct pair)
	#define ME pid
	struct pair { int lo, hi; };
	begin { $x = 21; print((LIMIT, SUM * 2, TEXT, OF_PLACE, HEX, CHAR, UINT, MASK, SIZE)); if (ME == pid) { print("me"); } unroll (LIMIT) { @n++; } @h = lhist(SUM, 0, LIMIT * 4, LIMIT); }
EXPECT
	(3, 8, some text, 42, 16, 97, 4294967295, 17, 8)
	me


	@h:
	[3, 6)                 1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|

	@n: 3

NAME   [lexical 4.4] [lexical 7.2] a #define of a block or of an if has its value
NEEDS  root
SCRIPT #define BLOCK { $one = 1; $one + 1 }
	#define EITHER if (pid) { "some" } else { "none" }
	#define DO { print("done") }
	begin { print((BLOCK, EITHER)); DO; }
ARGS   -q
EXPECT
	(2, some)
	done

NAME   [lexical 4.4] a name in parentheses within a #define is a value, unless it is a type
NEEDS  root
SCRIPT enum { NINE = 9 };
	#define A 5
	#define LESS ((A) - 1)
	#define PROD ((A) * (LESS))
	#define OF_ENUM ((NINE) - 1)
	#define MINUS(a, b) ((a) - (b))
	#define TIMES(a, u32) ((a) * (u32))
	#define ALIGN(x, a) (((x) + (a) - 1) & ~((a) - 1))
	#define TYPE ((u8)-1)
	#define BITS(a, b) ((a) & (b))
	begin { $x = 7; print((LESS, PROD, OF_ENUM, MINUS($x, 2), TIMES($x, $x + 1), ALIGN(13, 8), TYPE, BITS($x, 3))); }
EXPECT	(4, 20, 8, 5, 56, 16, 255, 3)

NAME   [lexical 4.4] a #define of a map, of a word of a builtin, of strings side by side
NEEDS  root
SCRIPT #define MAP @x
	#define SAME MAP
	#define MODE perf
	#define DEPTH 3
	#define TEXT "one" " " "text"
	enum { FEW = 2 };
	begin { @x[1] = 2; print(SAME); print(len(MAP)); clear(MAP); print(TEXT); @a = typeinfo(kstack(MODE, DEPTH)).full_type == typeinfo(kstack(perf, 3)).full_type;
	@b = typeinfo(kstack(FEW)).full_type == typeinfo(kstack(2)).full_type; }
ARGS   --no-warnings
ENV    BPFTRACE_UNSTABLE_TYPEINFO=enable
EXPECT
	@x[1]: 2
	1
	one text
	

	@a: true
	@b: true

NAME   [lexical 4.4] a #define with parameters is called like a function
NEEDS  root
SCRIPT #define TWICE(x) x * 2
	#define LARGER(a, b) ((a) > (b) ? (a) : (b))
	#define LOW(v) (v & 0xff)
	#define ANSWER() 42
	#define BOTH LARGER(1, 2) + ANSWER()
	#define CHOICE(x) comptime (x > 1) ? "many" : "few"
	begin { $y = 3; print((TWICE(1 + 2), TWICE(TWICE(TWICE($y))), LARGER($y, 2), LOW(0x1234), ANSWER(), BOTH, (CHOICE(2)))); @[TWICE(1)] = LARGER(TWICE(2), LOW(3)); }
EXPECT
	(6, 24, 3, 52, 42, 44, many)
	

	@[2]: 4

NAME   [lexical 4.4] a parameter of a #define may be the name of a member
NEEDS  root btf
SCRIPT #define GET(p, member) ((p)->member)
	#define SAME(r, a) (r.a == r.a)
	begin { print(GET(curtask, tgid) == pid); $r = (low=1, high=2); print(GET($r, high)); print(SAME($r, low)); }
EXPECT
	true
	2
	true

NAME   [lexical 4.1] directives choose among C definitions, never among probes
NEEDS  root once
SCRIPT #ifdef BPFTRACE_HAVE_BTF
	#define TYPES "types"
	#else
	#define TYPES "no types"
	#endif
	#if defined(__x86_64__) && __LP64__
	#define WORD 8
	#elif 1
	#define WORD 4
	#endif
	#if 0
	begin { print(TYPES); print(WORD); }
	#endif
ERR    C definitions must appear before probes and functions
STATUS 1

NAME   [lexical 4.1] directives with the kernel's types there
NEEDS  root btf
SCRIPT #ifdef BPFTRACE_HAVE_BTF
	#define TYPES "types"
	#else
	#define TYPES "no types"
	#endif
	#if defined(__x86_64__) && __LP64__
	#define WORD 8
	#endif
	#pragma something else
	begin { print(TYPES); print(WORD); }
EXPECT
	types
	8

NAME   [lexical 4.3] a header in quotes is read from beside the script and from -I
NEEDS  root
SETUP  mkdir -p {{TMP}}/inc && echo 'typedef struct { int a; inner_t b; } outer_t; #define N 3' | sed 's/ #/\n#/' >{{TMP}}/outer.h && sed -i '1i #pragma once\n#include "inner.h"' {{TMP}}/outer.h && echo 'typedef short inner_t; static inline int f(int x) { return x; } extern int v;' >{{TMP}}/inc/inner.h && printf '#include "outer.h"\n#include "outer.h"\nstruct s { outer_t o[N]; };\nbegin { print((sizeof(struct s), sizeof(outer_t), N)); }\n' >{{TMP}}/x.bt
RUN    {{SONDE}} -I {{TMP}}/inc {{TMP}}/x.bt
EXPECT
	(24, 8, 3)

NAME   [lexical 4.3] a definition of the script goes before the kernel's
NEEDS  root btf
SCRIPT struct task_struct { int mine; }; struct list_head { char x[3]; };
	struct holder { struct task_struct t; struct path *p; u64 n; pid_t id; };
	begin { print((sizeof(struct task_struct), sizeof(struct list_head), sizeof(struct holder), offsetof(struct task_struct, mine), sizeof(struct path))); }
EXPECT
	(4, 3, 32, 0, 16)

NAME   [types 1.2] [types 8] structs of a program are read with the definitions of its own header
NEEDS  root uprobe
ARGS   -I {{PROGS}} -c {{PROGS}}/structs
SCRIPT #include "structs.h"
	uprobe:{{PROGS}}/structs:take_shape { $s = (struct shape *)arg0; $o = (struct shape *)arg1;
	print(($s->id, $s->name, $s->kind, $s->at.x, $s->at.y, $s->next->name, $s->next->kind == SQUARE));
	print(($s->sides[0], $s->sides[SIDES - 1], $s->urgent, $s->level, $s->score, $s->big, $s->low, $s->is_set));
	print($s->full); print($s->grid); print($s->at); print(($o[1].id, ($o + 1)->at.y, sizeof(*$s)));
	$copy = *$s; print($copy.full); @ = $copy.at; }
	uprobe:{{PROGS}}/structs:take_packet { $p = (struct packet *)arg0;
	print(($p->version, $p->length, $p->delta, $p->flags, $p->color.b, $p->ports[0].to)); print(*$p); }
EXPECT
	(5, outer, CIRCLE, 3, -4, inner, true)
	(10, 30, 1, 5, -2, 7, 7, 1)
	12345678
	[[1,2,3],[4,5,6]]
	{ .x = 3, .y = -4 }
	(72, 9, 104)
	12345678
	(1, 305419896, -3, 5, 3, 200)
	{ .version = 1, .length = 305419896, .delta = -3, .flags = 5, .color = { .r = 1, .g = 2, .b = 3 }, .ports = [{ .from = 100, .to = 200 }] }
	

	@: { .x = 3, .y = -4 }

NAME   a parameter of a #define in parentheses is no type of a cast, and is one of sizeof [lexical 4.4]
NEEDS  root once
ARGS   --no-warnings
SCRIPT #define MUL(a, b) ((a) * (b))
	#define LESS(a, b) 100 - (a) - (b) * 2
	#define MASK(a, b) ((a) & (b) + 1)
	#define PART(a, b) 100 / (a) * (b)
	#define CUT(x) ((uint8)(x) * 2)
	#define BITS(x) (sizeof(x) * 8)
	#define BITS_OF(x) (sizeof (x) * 8)
	begin { $x = 5; print((MUL(2 + 3, 4), MUL($x, $x + 1), LESS(10, 3), MASK(7, 2), PART(5, 2), CUT(257)));
		print((BITS(uint16), BITS_OF($x), BITS(curtask->comm), BITS_OF((int64)1), BITS("abc"))); }
EXPECT
	(20, 30, 84, 3, 40, 2)
	(16, 8, 128, 64, 32)
