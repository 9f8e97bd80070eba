# Statements: if, loops, variables, blocks.

NAME   if, else if, else
NEEDS  root
SCRIPT begin { for $i : 0..4 { if ($i == 0) { printf("zero\n"); } else if ($i == 1) { printf("one\n"); } else if $i { printf("some\n"); } else {
	printf("never\n"); } } }
EXPECT
	zero
	one
	some
	some

NAME   ternary
NEEDS  root
SCRIPT begin { $a = 5; print($a > 3 ? "big" : "small"); print($a > 7 ? 1 : $a > 4 ? 2 : 3); print($a ?: 9); print(0 ?: 9); @x = ($a == 5 ? 10 : 20); }
EXPECT
	big
	2
	5
	9


	@x: 10

NAME   a range excludes its end
NEEDS  root
SCRIPT begin { for $i : 3..6 { printf("%d ", $i); } for $i : 5..5 { printf("never"); } for $i : 7..3 { printf("never"); } $n = 3; for $i : 0..$n { printf("%d ", $i); } }
MATCH  ^3 4 5 0 1 2 $

NAME   loops in loops
NEEDS  root
SCRIPT begin { for $i : 0..10 { for $j : 0..10 { if ($j > $i) { break; } if ($j == 2) { continue; } @n++; } } }
EXPECT @n: 47

NAME   variables outside a loop keep what the loop did
NEEDS  root
SCRIPT begin { $sum = 0; $last = 0; for $i : 0..1000 { $sum += $i; $last = $i; } printf("%d %d\n", $sum, $last); }
EXPECT 499500 999

NAME   assigning the loop variable does not change the loop
NEEDS  root
SCRIPT begin { for $i : 0..3 { printf("%d ", $i); $i = 100; } }
MATCH  ^0 1 2 $

NAME   return ends the probe, also inside a loop
NEEDS  root
SCRIPT begin { for $i : 0..10 { if ($i == 3) { printf("at %d\n", $i); return; } } printf("never\n"); } begin { printf("second\n"); }
EXPECT
	at 3
	second

NAME   while
NEEDS  root
ARGS   --no-warnings
SCRIPT begin { $i = 0; while ($i < 100) { $i++; if ($i == 5) { continue; } if ($i > 10) { break; } @ = count(); } print($i); }
EXPECT
	11


	@: 9

NAME   while warns on standard output
NEEDS  root
SCRIPT begin { $i = 0; while ($i < 3) { $i++; } print($i); }
MATCH  ^stdin:1:17-[0-9]+: WARNING: While loops are deprecated and may be removed in the future\.$
LINE   3

NAME   unroll
NEEDS  root
SCRIPT begin { $x = 1; unroll (5) { $x *= 2; } unroll 3 { $x += 1; } unroll ($1) { $x += 100; } print($x); }
PARAMS 2
EXPECT 235

NAME   let, with and without types
NEEDS  root
SCRIPT begin { let $a; let $b = 5; let $c : uint8 = 255; let $d : int16; $a = "x"; $c++; $d = -3; printf("%s %d %d %d\n", $a, $b, $c, $d); }
LINE   x 5 0 -3

NAME   blocks have their own variables
NEEDS  root
SCRIPT begin { if (1) { $x = "text"; print($x); } if (1) { $x = 5; print($x); } { $y = 1; print($y); } { $y = "two"; print($y); } }
EXPECT
	text
	5
	1
	two

NAME   predicates
NEEDS  root
SCRIPT begin /0/ { print("never"); } begin /1/ { print("one"); } begin /$1 == 5 && "a" == "a"/ { print("two"); } begin/pid != 0/ { print("three"); }
PARAMS 5
EXPECT
	one
	two
	three

NAME   exit ends the probe, with its code
NEEDS  root
SCRIPT begin { printf("before\n"); exit(7); printf("after\n"); } end { printf("end\n"); }
STATUS 7
LINE   before
LINE   end
MATCH_NOT ^after$

NAME   only the low 8 bits of the code, and the last one counts
NEEDS  root
RUN    $SONDE -q -e 'begin { exit(257); }' >/dev/null; echo $?; $SONDE -q -e 'begin { exit(-1); }' >/dev/null; echo $?;
	$SONDE -q -e 'begin { exit(3); } end { exit(9); }' >/dev/null; echo $?
EXPECT
	1
	255
	9

NAME   begin and end run in the order they are written
NEEDS  root
SCRIPT end { print("e1"); } begin { print("b1"); } BEGIN { print("b2"); } END { print("e2"); }
EXPECT
	b1
	b2
	e1
	e2

NAME   comments
NEEDS  root
SCRIPT // first
	begin /* here */ { // there
		printf("a // b /* c */\n"); /* 
		and here */ }
EXPECT a // b /* c */

NAME   a discarded value
NEEDS  root
SCRIPT begin { @x[1] = 1; _ = delete(@x, 1); _ = 5; print("ok"); }
EXPECT ok

NAME   a thousand statements
NEEDS  root
TIMEOUT 60
RUN    s=$(for i in $(seq 1000); do echo "@x = sum($i);"; done); $SONDE -q -e "begin { $s }"
EXPECT @x: 500500

NAME   deep nesting of blocks
NEEDS  root
RUN    s=$(for i in $(seq 60); do printf 'if (pid) { '; done); e=$(for i in $(seq 60); do printf '} '; done);
	$SONDE -q -e "begin { $s print(1); $e }"
EXPECT 1

NAME   while with jumps out of its middle
NEEDS  root
ARGS   --no-warnings
SCRIPT begin { $i = 0; while ($i < 20) { $i++; if ($i == 7) { continue; } if ($i > 12) { break; } @[$i % 3] = count(); } print($i); }
LINE   13
LINE   @[1]: 3
LINE   @[0]: 4
LINE   @[2]: 4

NAME   [lexical 8.2] usermode is a constant where there are no registers: in loops, too
NEEDS  root
SCRIPT begin { for ($i : 0..2) { print((usermode, $i)); } print(usermode()); unroll (usermode) { print("once"); } }
	interval:ms:10 { for ($i : 0..1) { print(("interval", usermode)); } exit(); }
EXPECT
	(1, 0)
	(1, 1)
	1
	once
	(interval, 0)

NAME   what a body assigns to the variable of its loop may be larger [lexical 7.5]
NEEDS  root
ARGS   --no-warnings
SCRIPT begin { for $i : 0..3 { print($i); $i = -70000; print($i); } @m[1] = 2; for $kv : @m { $kv = (5, 6); print($kv); } clear(@m); exit(); }
EXPECT
	0
	-70000
	1
	-70000
	2
	-70000
	(5, 6)
