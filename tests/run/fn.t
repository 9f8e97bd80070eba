# Functions of the script.

NAME   a function is called, also by others, with values of several sizes [types 12] [lexical 6.2]
NEEDS  root
SCRIPT fn half($n : uint64) : uint64 { return $n / 2; } fn sum3($a : int64, $b : int64, $c : int64) : int64 { return $a + $b + $c; }
	fn twice($n : int64) : int64 { return sum3($n, $n, 0); }
	begin { print(half(11)); print(sum3(twice(1), twice(twice(2)), sum3(1, 2, 3))); @m[twice(4)] = half(16); print(twice(2) > 3 ? half(8) : half(9)); }
EXPECT
	5
	16
	4


	@m[8]: 8

NAME   arguments and results wrap to the declared width [types 12]
NEEDS  root
ARGS   --no-warnings
SCRIPT fn narrow($n : uint8) : int8 { $n += 10; return $n; } begin { $big = 250; print(narrow($big)); print(narrow(120)); print(narrow((uint64)0x1105)); }
EXPECT
	4
	-126
	15

NAME   a conversion that may change the value is warned about [types 4.2]
NEEDS  root
SCRIPT fn f($n : int8) : int8 { return (int64)$n; } begin { $x = (int64)5; print(f($x)); print(f((int8)$x)); print(f(7)); }
MATCH  ^stdin:1:33-42: WARNING: Expression of type: int64 being cast to type: int8
MATCH  ^stdin:1:77-79: WARNING: Expression of type: int64 being cast to type: int8
MATCH_NOT ^stdin:1:[89]
LINE   7

NAME   strings as arguments and results, of any length [types 12]
NEEDS  root
SCRIPT fn name($x : int64) : string { if ($x == 1) { return "one"; } else if ($x == 2) { return "two and more"; } return "many"; }
	fn same($s : string) : string { $copy = $s; return $copy; } fn four($s : string[5]) : string[8] { return $s; }
	begin { print(name(1)); print(name(2)); print(name(3)); print(same("abc")); print(same(str("a text that does not fit on the stack")));
	printf("%s|%s|%s\n", same("left"), four("abcd"), same(name(2))); @[same("key")] = name(2); if (name(1) == "one") { print("equal"); } }
EXPECT
	one
	two and more
	many
	abc
	a text that does not fit on the stack
	left|abcd|two and more
	equal


	@[key]: two and more

NAME   what a function without a return on its way gives is zero [types 12]
NEEDS  root
SCRIPT fn f($x : int64) : int64 { if ($x) { return 7; } } fn g($x : int64) : string { if ($x) { return "seven"; } } begin { print(f(1)); print(f(0)); print((g(1), g(0))); }
EXPECT
	7
	0
	(seven, )

NAME   return leaves the function and nothing else, also inside loops of every kind [lexical 7.5]
NEEDS  root
ARGS   --no-warnings
SCRIPT fn find($n : int64, $what : int64) : int64 { for $i : 0..$n { for $j : 0..3 { if ($i * 10 + $j == $what) { return $i * 100 + $j; } } } return -1; }
	fn wait($n : int64) : int64 { $i = 0; while ($i < 50) { $i++; if ($i == $n) { return $i * 2; } } return -1; }
	fn three($n : int64) : int64 { unroll (3) { $n++; if ($n == 12) { return 12; } } return $n; }
	fn key($what : int64) : int64 { for $kv : @m { if ($kv.1 == $what) { return $kv.0; } } return -1; }
	begin { @m[5] = 50; @m[6] = 60; printf("%d %d\n", find(10, 42), find(4, 42)); printf("%d %d\n", wait(7), wait(99)); printf("%d %d\n", three(10), three(20));
	printf("%d %d\n", key(60), key(7)); clear(@m); }
MATCH  ^402 -1$
MATCH  ^14 -1$
MATCH  ^12 23$
MATCH  ^6 -1$

NAME   functions called in loops, and loops in functions called in loops [types 12]
NEEDS  root
SCRIPT fn first($from : int64) : int64 { for $i : 0..10 { for $j : 0..10 { if ($i * $j > $from) { return $i * $j; } } } return 0; }
	fn inner($n : int64) : int64 { $sum = 0; for $i : 0..$n { $sum += first($i); if ($sum > 30) { return $sum; } } return $sum; }
	begin { for $a : 0..4 { for $b : 0..2 { @n++; @sum += inner($a + $b); } if (first($a) == 4) { break; } @after++; } }
EXPECT
	@after: 3
	@n: 8
	@sum: 30

NAME   exit() in a function ends the script at once [types 12]
NEEDS  root
SCRIPT fn stop($n : int64) : void { for $i : 0..10 { if ($i == $n) { printf("stopping\n"); exit(); } @n = $i; } printf("never\n"); } begin { for $i : 0..3 { stop(4); } printf("never\n"); } end { printf("end\n"); }
EXPECT
	stopping
	end


	@n: 3

NAME   void functions, and results that nobody wants [types 12]
NEEDS  root
SCRIPT fn note($k : int64) : void { @seen[$k] = count(); if ($k > 1) { return; } @small[$k] = $k; } fn one() : int64 { @calls++; return 1; } begin { for $i : 0..4 { note($i); } one(); _ = one(); }
MATCH  ^stdin:1:171-176: WARNING: Return value discarded.
LINE   @calls: 2
LINE   @seen[3]: 1
LINE   @small[1]: 1
MATCH_NOT small\[2

NAME   maps are the script's, variables the call's [types 12]
NEEDS  root
SCRIPT fn count_it($x : int64) : int64 { $y = $x + 1; @total += $y; $x = 100; return $y; } begin { $x = 1; $y = 5; print(count_it($x)); print(count_it($y)); print(($x, $y)); }
EXPECT
	2
	6
	(1, 5)


	@total: 8

NAME   a function of the script comes before a builtin of its name [types 12]
NEEDS  root
SCRIPT fn strlen($s : string) : int64 { return 77; } fn pid() : int64 { return -5; } begin { print(strlen("abc")); print(pid()); printf("%d\n", pid > 0); }
EXPECT
	77
	-5
	1

NAME   functions are found wherever they are defined [lexical 3]
NEEDS  root
SCRIPT begin { print(later(20)); } fn later($x : int64) : int64 { return much_later($x) + 1; } fn much_later($x : int64) : int64 { return $x * 2; }
EXPECT 41

NAME   every call of a function has its own variables, in every probe [types 12]
NEEDS  root
SCRIPT fn add($a : int64, $b : int64) : int64 { $c = $a; for $i : 0..$b { $c++; } return $c; } begin { print(add(1, add(2, add(3, 4)))); } end { print(add(add(1, 2), add(3, 4))); }
EXPECT
	10
	10

NAME   pointers are read in the kernel's memory [types 9] [types 12]
NEEDS  root
SCRIPT fn at($p : int64*) : int64 { return *$p; } begin { $x = 42; print(at(&$x)); $y = (int64)43; print(at((uint8*)&$y)); }
EXPECT
	42
	43

NAME   values that do not fit the stack, in loops, several deep [types 12]
NEEDS  root
SCRIPT fn longer($s : string, $n : int64) : string { $r = str("x"); for $i : 0..$n { if ($i == 2) { return $s; } $r = str("inside the loop"); } return $r; }
	fn both($s : string) : string { if (longer($s, 5) == $s) { return longer("a text with more bytes than fit on the stack of BPF programs", 3); } return longer($s, 1); }
	begin { for $i : 0..2 { print(both("some text or other")); } print(longer("no", 1)); print(longer("no", 0)); }
EXPECT
	a text with more bytes than fit on the stack of BPF programs
	a text with more bytes than fit on the stack of BPF programs
	inside the loop
	x

NAME   a loop with variables of its own inside unroll
NEEDS  root
SCRIPT begin { unroll (2) { for $i : 0..3 { $x = $i * 2; @[$x] = count(); } } }
EXPECT
	@[0]: 2
	@[2]: 2
	@[4]: 2

NAME   a script of functions alone has nothing to attach [types 12]
NEEDS  root once
SCRIPT fn f($x : int64) : int64 { return $x; }
STATUS 1
EXPECT No probes to attach

NAME   macros in functions, functions in macros, a macro before a function of its name [lexical 7.7]
NEEDS  root
SCRIPT macro add(a, b) { a + b } macro three() { 3 } macro both(x) { f(x) * 100 + g(x) } fn f($x : int64) : int64 { return add($x, three); } fn g($x : int64) : int64 { return f(add($x, $x)); }
	fn three() : int64 { return 4; }
	begin { print(both(2)); print(three()); }
EXPECT
	507
	3

NAME   many calls of functions with loops in loops need no more stack than one [types 12]
NEEDS  root
SCRIPT fn f($a : int64, $b : int64) : int64 { $s = $a; for $i : 0..3 { $s += $b; if ($s > 50) { return $s; } } return $s; }
	fn g($a : int64, $b : int64) : int64 { $t = ($a, $b); for $i : 0..3 { for $j : 0..3 { if ($i * $j > $t.0) { return $i + f($j, $t.1); } } } return f($a, $b); }
	fn h($a : int64, $b : int64) : int64 { return g($a, $b) + g($b, $a) + f($a, g($b, $b)); }
	begin { print(h(1, 2)); print(h(3, 4) + h(5, 6)); print(h(h(1, 1), h(2, 2))); for $i : 0..2 { @ += h($i, $i); } @ += h(9, 9); }
EXPECT
	47
	177
	301


	@: 194
