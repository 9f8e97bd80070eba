# Macros: parameters of every kind, values, names that do not meet.

NAME   a variable is passed by reference [lexical 6.3]
NEEDS  root
SCRIPT macro swap($a, $b) { let $old = $a; $a = $b; $b = $old; }
	begin { $x = 1; $y = 2; $old = 9; swap($x, $y); print(($x, $y, $old)); exit(); }
EXPECT (2, 1, 9)

NAME   a map is passed by reference [lexical 6.3]
NEEDS  root
SCRIPT macro bump(@m, k) { @m[k]++; @m[k] }
	macro sum(@m) { let $all = (uint64)0; for ($kv : @m) { $all += (uint64)$kv.1; } $all }
	begin { _ = bump(@a, "x"); _ = bump(@a, "y"); print(bump(@a, "x")); print(sum(@a)); clear(@a); exit(); }
EXPECT
	2
	3

NAME   an expression is evaluated at each use [lexical 6.3]
NEEDS  root
SCRIPT macro twice(x) { x + x } macro never(x) { 1 } macro both(x) { print(x); print(x); }
	begin { $i = 1; print(twice($i++)); print(never($i++)); print($i); both({ $i += 5; $i }); exit(); }
EXPECT
	3
	1
	3
	8
	13

NAME   precedence is that of the tree [lexical 6.3]
NEEDS  root
SCRIPT macro times(x, y) { x * y } macro sum() { 1 + 2 } begin { $a = 1; print(times($a + 1, $a + 2) * 2); print(sum * 2); exit(); }
EXPECT
	12
	6

NAME   the value is the trailing expression [lexical 6.3, 7.2]
NEEDS  root
SCRIPT macro last(x) { let $y = x + 1; $y * 2 } macro pick(c) { if (c) { "yes" } else { "no" } }
	macro text(x) { $t = x; $t }
	begin { $a = last(3); print($a); print(last(last(1))); print(pick($a > 3)); print(pick($a > 30));
	$s = text("abc"); @m[text("key")] = text("value"); printf("%s %s\n", $s, text(@m["key"])); clear(@m); exit(); }
EXPECT
	8
	10
	yes
	no
	abc value

NAME   variables of a body are its own, each time [lexical 6.3]
NEEDS  root
SCRIPT macro add($to, x) { let $tmp = x; $to = $to + $tmp; } macro nested($to, x) { let $tmp = x * 10; add($to, $tmp + 1); add($to, x) }
	begin { let $tmp = 1; add($tmp, $tmp); add($tmp, 5); nested($tmp, $tmp); print($tmp); exit(); }
EXPECT 156

NAME   no parentheses without arguments [lexical 6.3]
NEEDS  root
SCRIPT macro answer() { 42 } begin { print(answer); print(answer()); print(answer + answer()); exit(); }
EXPECT
	42
	42
	84

NAME   overloads: number and kind of arguments, in order [lexical 6.3]
NEEDS  root
SCRIPT macro what() { "nothing" } macro what($v) { "variable" } macro what(@m) { "map" } macro what(x) { "expression" }
	macro what(x, $y) { "variable second" } macro what(x, y) { what(x) }
	begin { $a = 1; @b = 1; @c[1] = 1; print(what); print(what($a)); print(what(@b)); print(what($a + 1)); print(what(@c[1]));
	print(what(1, $a)); print(what($a, 1)); print(what(@b, @b)); clear(@b); clear(@c); exit(); }
EXPECT
	nothing
	variable
	map
	expression
	expression
	variable second
	expression
	expression

NAME   a name of a builtin [lexical 1.5, 7.7]
NEEDS  root
SCRIPT macro comm() { "mine" } macro str(a, b, c) { a + b + c } macro pid() { "in parentheses" } macro cpu(x) { x }
	begin { print(comm); print(comm()); print(str(1, 2, 3)); print(str("text", 2)); print(pid()); print(pid == pid); print(cpu(5)); print(cpu < 9999); exit(); }
EXPECT
	mine
	mine
	6
	te
	in parentheses
	true
	5
	true

NAME   arguments of an argument, and macros in predicates [lexical 6.3, 6.4]
NEEDS  root
SCRIPT macro inc(x) { x + 1 } macro yes() { true } begin /yes && inc(1) == 2/ { print(inc(inc(inc(0)))); exit(); }
	begin /!yes/ { print("never"); }
EXPECT 3

NAME   typeof as an argument [lexical 6.3]
NEEDS  root
SCRIPT macro bytes(t) { sizeof(t) } macro convert(t, x) { (t)x } macro at(t, x) { (t*)x } macro declared(t, x) { let $v : t = x; sizeof($v) }
	macro through(t) { bytes(typeof(t)) } macro points(t) { through(typeof(t *)) }
	begin { $a = (int16)1; print(bytes(typeof(uint8))); print(bytes(typeof($a))); print(bytes($a)); print(bytes(typeof(uint8[12])));
	print(convert(typeof(uint8), 257 + (uint64)$a)); print(at(typeof(uint8), 16)); print(declared(typeof(uint16), 1)); print(through(typeof(uint32))); print(points(typeof(uint8))); exit(); }
EXPECT
	1
	2
	2
	12
	2
	0x10
	2
	4
	8

NAME   a word in the place of a type is no macro [lexical 6.3]
NEEDS  root
SCRIPT macro uint8() { 5 } begin { print(sizeof(uint8)); print(sizeof(uint8())); print(uint8); exit(); }
LINE   1
LINE   5

NAME   loops in a body, and exit [lexical 6.3]
NEEDS  root
SCRIPT macro loop(n) { for ($i : 0..n) { if ($i == 1) { continue; } if ($i == 3) { break; } print($i); } unroll (2) { print("u"); } }
	macro leave(c) { if (c) { exit(); } } begin { loop(10); leave(0); print("still here"); leave(1); print("never"); }
EXPECT
	0
	2
	u
	u
	still here

NAME   literals stay literals [lexical 6.3]
NEEDS  root
SCRIPT macro say(fmt, x) { printf(fmt, x) } macro times(n, x) { unroll (n) { print(x); } } macro h(@m, x, b) { @m = hist(x, b) }
	begin { say("%d!\n", 5); times(2, "again"); h(@h, 5, 0); clear(@h); exit(); }
EXPECT
	5!
	again
	again

NAME   a warning tells the calls [output 6]
NEEDS  root
SCRIPT macro a(x) { let $y : uint8 = x + 1; $y }
	macro b(x) { a(x) } begin { $v = (uint64)3; print(b($v)); exit(); }
MATCH  ^stdin:1:31-36: WARNING: Expression of type: uint64 being cast
MATCH  ^stdin:2:14-18: WARNING: expanded from
MATCH  ^stdin:2:51-56: WARNING: expanded from
LINE   4

NAME   predicates that are macros, and bodies that may be shared [lexical 6.4]
NEEDS  root
SCRIPT macro yes() { pid == cpid } macro one(x) { x }
	tracepoint:syscalls:sys_enter_getppid /yes/ { @a = count(); }
	tracepoint:syscalls:sys_exit_getppid  /yes/ { @a = count(); }
	tracepoint:syscalls:sys_enter_getpgid /one(1) == 2/ { @b = count(); }
	tracepoint:syscalls:sys_exit_getpgid /one(1) == 2/ { @b = count(); }
ARGS   -c '{{PROGS}}/getppids 100'
LINE   @a: 200
MATCH_NOT ^@b: [1-9]

NAME   macros of an imported script [lexical 5, 6.3]
NEEDS  root
RUN    cd {{TMP}} && printf 'macro lib(x) {\n\twarnf("lib");\n\tx + x\n}\n' >lib.bt &&
	{{SONDE}} -e 'import "lib.bt"; macro lib(x, y) { lib(x) + y } begin { print(lib(3)); print(lib(1, 1)); exit(); }'
LINE   6
LINE   3
ERR    ^lib.bt:2:2-14: WARNING: lib$
ERR    ^stdin:1:36-42: WARNING: expanded from$
ERR    ^stdin:1:78-87: WARNING: expanded from$

NAME   [types 6.3] an aggregation as the value of a block, as macros leave it
NEEDS  root
SCRIPT macro doubled(x) { $y = x * 2; sum($y) }
	macro counted() { count() }
	macro again() { { counted() } }
	fn add($x : int64) : void { @f = { sum($x) }; }
	begin { @s = doubled(5); @s = doubled(7); for ($i : 0..3) { @k[$i] = again(); @c = counted(); }
	$k = 3; @h[$k] = { let $l = $k; { hist($l) } }; @w = { @v = { 5 }; stats(@v) }; add(5); add(6);
	@[{ $a = 5; $a }] = { $b = 7; max($b) }; @i = if comptime (1 == 1) { count() } else { sum(1) }; }
ARGS   -q
EXPECT
	@[5]: 7
	@c: 3
	@f: 11
	@h[3]:
	[2, 4)                 1 |@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@|

	@i: 1
	@k[0]: 1
	@k[1]: 1
	@k[2]: 1
	@s: 24
	@v: 5
	@w: { .count = 1, .average = 5, .total = 5 }
