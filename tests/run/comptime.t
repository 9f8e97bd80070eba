# What is worked out when a script is compiled: comptime, and the folding of literals.

NAME   only the chosen branch is looked at [lexical 7.6, 8.2]
NEEDS  root
SCRIPT begin { if comptime (1 == 1) { print("yes"); } else { nothing(); $x; @m[1, "a"] = @m; break; }
	if comptime (false) { @x = 1; } else if comptime ("a" < "b") { @x[1] = 2; } else { @x[1, 2] = 3; }
	print(comptime (2 > 1) ? 5 : "text"); if comptime ("") { print("never"); } $v = comptime (0) ? unknown($y) : { let $z = 7; $z }; print($v); clear(@x); exit(); }
EXPECT
	yes
	5
	7

NAME   conditions may ask for types [lexical 7.6] [types 14]
NEEDS  root
SCRIPT begin { $a = (int32)5; $s = "abc";
	if comptime (sizeof($a) == 4) { print("four"); $x = sizeof($s) * 2; print($x); } else { nothing(); }
	if comptime (sizeof($a) == 8) { nothing(); } else if comptime (sizeof($s) == 4) { print("text of four"); } else { $none }
	$b = comptime (sizeof($a) > 4) ? nothing() : "small"; print($b);
	unroll (sizeof($a) / 2) { print("u"); } @h = lhist(5, 0, sizeof($a) * 4, 2); clear(@h); exit(); }
EXPECT
	four
	8
	text of four
	small
	u
	u

NAME   one condition in another [lexical 7.6] [types 14]
NEEDS  root
SCRIPT macro kind(x) { if comptime (sizeof(x) == 8) { if comptime (sizeof((x, x)) == 16) { "eight" } else { nothing() } } else { if comptime (sizeof(x) == 4) { "four" } else { "other" } } }
	begin { $a = (int64)1; print(kind($a)); print(kind((int32)$a)); print(kind((int8)$a)); $x = kind($a); if comptime (sizeof($x) == 6) { $y = sizeof($x) + 1; } else { $y = "bad"; } exit(); }
EXPECT
	eight
	four
	other

NAME   variables and maps in a branch [lexical 7.6]
NEEDS  root
SCRIPT let @used = hash(10); begin { let $x; $i = 3; if comptime (sizeof(int32) == 4) { $x = 1; @used[1] = $i; for $k : 0..2 { if comptime (sizeof(int64) == 8) { if ($k == 0) { continue; } print(($k, $i)); } } } print($x); clear(@used); exit(); }
EXPECT
	(1, 3)
	1
MATCH_NOT WARNING

NAME   the value is a literal [lexical 7.6, 8.2]
NEEDS  root
SCRIPT begin { $a = comptime (100 + 100); print(sizeof($a)); print(comptime -5); print(comptime (1, "a").1); print(comptime sizeof(int16) + 1); print(sizeof(comptime (2 * 200))); exit(); }
EXPECT
	2
	-5
	a
	3
	2

NAME   the probe decides [lexical 8.2] [builtins 3]
NEEDS  root
SCRIPT begin, end { if comptime (probetype == "special") { print(probetype); } else { nothing(); } if comptime (probe == "begin") { print("first"); exit(); } else { print("last"); }
	print(comptime usermode); print((probe == "end", probetype != "special")); }
EXPECT
	special
	first
	special
	last
	1
	(true, false)

NAME   a body for each name when that is asked at compile time [builtins 3]
NEEDS  root
SCRIPT tracepoint:syscalls:sys_enter_getp*id { if comptime (probe == "tracepoint:syscalls:sys_enter_getppid") { @parent = count(); } else { @other = count(); } } interval:ms:100 { exit(); }
MATCH_NOT ERROR
ERR    ^Attached [0-9]+ probes

NAME   integers fold exactly [lexical 8.2]
NEEDS  root
ARGS   --no-warnings
SCRIPT begin { print(18446744073709551615 - 1); print(9223372036854775807 + 1); print(-9223372036854775807 - 1); print(-9223372036854775808); print(5 - 7); print(3 * -4);
	print(-7 / 2); print(-7 % 2); print(7 / -2); print(-5 >> 1); print(1 << 63); print(6 & 3); print(6 | 3); print(6 ^ 3); print(-1 & 255); print(~0); print(~-1); print(-(-3)); exit(); }
EXPECT
	18446744073709551614
	9223372036854775808
	-9223372036854775808
	-9223372036854775808
	-2
	-12
	-3
	-1
	-3
	-3
	9223372036854775808
	2
	7
	5
	255
	18446744073709551615
	0
	3

NAME   folding comes before typing [lexical 8.2]
NEEDS  root
SCRIPT begin { print(sizeof(100 + 100)); print(sizeof(100)); print(sizeof(1 << 40)); print(sizeof(5 > 3)); print(sizeof("ab" + "c")); exit(); }
EXPECT
	2
	1
	8
	1
	4

NAME   not and comparisons give booleans [lexical 8.2]
NEEDS  root
SCRIPT begin { print(!5); print(!0); print(!true); print(3 > 2); print(-1 < 1); print(2 == 2); print(2 != 2); print(-1 <= -1); print(1 >= 2); exit(); }
EXPECT
	false
	true
	false
	true
	true
	true
	false
	true
	false

NAME   booleans [lexical 8.2]
NEEDS  root
ARGS   --no-warnings
SCRIPT begin { print((true && false, true && true, false || true, false || false)); print((true == true, true != false, true > false, true < true, false <= false, false >= true));
	print((true + true, true - true, true * false, true / true, true % true)); print((true & false, true | false, true ^ true));
	print((true + 1, 2 * true, true - 2)); print((true && 5, 0 || false, "" || true, "a" && true, 3 && 0, "" && false)); exit(); }
EXPECT
	(false, true, true, false)
	(true, true, true, false, true, false)
	(true, false, false, true, false)
	(false, true, false)
	(2, 2, -1)
	(true, false, true, true, false, false)

NAME   strings [lexical 8.2]
NEEDS  root
SCRIPT begin { print(("a" == "a", "a" != "b", "abc" < "abd", "ab" <= "abc", "b" > "abc", "a" >= "b")); print("ab" + "cd"); print("hello" + 2); print(1 + "hello"); print("a\0b" == "a\0c");
	print(("abc"[1], "abc"[3])); exit(); }
EXPECT
	(true, true, true, true, true, false)
	abcd
	llo
	ello
	false
	(98, 0)

NAME   a text without any of its bytes [lexical 8.2]
NEEDS  root
SCRIPT begin { printf("<%s><%s>\n", "abc" + 3, 7 + "abc"); exit(); }
LINE   <><>
MATCH  ^stdin:1:.*WARNING: literal string will always be empty

NAME   tuples and records [lexical 8.2]
NEEDS  root
SCRIPT begin { print((1, "a") == (1, "a")); print((1, 2) == (1, 3)); print((1, 2) == (1, 2, 3)); print((1, (2, "x")) != (1, (2, "y"))); print((1, "two", 3).1);
	print((a=1, b=2) == (b=2, a=1)); print((a=1, b="x").b); print((1, "a") == ("a", 1)); exit(); }
EXPECT
	true
	false
	false
	true
	two
	true
	x
	false

NAME   str() of literals [lexical 8.2]
NEEDS  root
PARAMS first 7
SCRIPT begin { print(str(12345, 3)); print(str(-5)); print(str("hello", 2)); print(str("hello")); print(str(18446744073709551615)); print(str($1) == "first"); print(str($2) + "!"); print(str($1 + 2, 2)); print(sizeof(str(42))); exit(); }
EXPECT
	123
	-5
	he
	hello
	18446744073709551615
	true
	7!
	rs
	3

NAME   ternary and if of literals [lexical 8.2]
NEEDS  root
SCRIPT begin { print(true ? 1 : "a"); print("a" ? 1 : 2); print("" ? 1 : "no"); print(if (0) { 1 } else { "else" }); print(5 ?: "x"); print(0 ?: "x"); print({ 5 } + 1); exit(); }
EXPECT
	1
	1
	no
	else
	5
	x
	6

NAME   usermode is known in some probes [lexical 8.2]
NEEDS  root
SCRIPT begin { print(comptime usermode ? "one" : "zero"); } interval:ms:10 { print(comptime usermode ? "one" : "zero"); exit(); }
EXPECT
	one
	zero

NAME   nothing is left of what stands under sizeof [lexical 7.6]
NEEDS  root
SCRIPT macro m() { if comptime (is_str(1)) { 1 } else { let $v = nsecs; print($v); for $i : 0..2 { print($i); } } 1 }
	begin { $a = 1; print(comptime sizeof(m())); print(sizeof({ let $x = $a; let $y = ($x, "abc"); m() })); exit(); }
EXPECT
	1
	1
