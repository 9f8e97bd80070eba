# How the language is written, section by section: what good scripts do.

NAME   [lexical 1] bytes of any kind in texts and comments
NEEDS  root
RUN    printf '// caf\303\251 \377\001\nbegin { /* \200 */ printf("na\303\257ve \377|\\n"); }\n' >{{TMP}}/x.bt; $SONDE -q {{TMP}}/x.bt | od -An -c -w9 | head -n 2 | tr -s ' '
EXPECT
	 n a 303 257 v e 377 |
	 \n \n \n

NAME   [lexical 1.1] white space and comments between any two tokens
NEEDS  root
RUN    printf 'begin\t{\r\n\tprintf/* one */(/* two * / */ "%%d %%s\\n"// three\n, 1\n+\n2,"/* no comment */ // none");}/* open to the end\n' >{{TMP}}/x.bt; $SONDE -q {{TMP}}/x.bt
EXPECT 3 /* no comment */ // none

NAME   [lexical 1.2] the line for the shell
NEEDS  root
RUN    printf '\n /* first */ #!/usr/bin/env nosuch -x { \nbegin { print(1); }\n' >{{TMP}}/x.bt; $SONDE -q {{TMP}}/x.bt
EXPECT 1

NAME   [lexical 1.3] names, variables, maps
NEEDS  root once
SCRIPT begin { $_ = 1; $a_1B = 2; @ = 3; @_x = 4; @ [1, "a"] = 5; print(($_, $a_1B)); }
STATUS 1
ERR    used as a map with an explicit key \(non-scalar map\), previously used without an explicit key

NAME   [lexical 1.3] the map without a name; space in front of a key
NEEDS  root
SCRIPT begin { $_ = 1; $a_1B = 2; @ = 3; @_x = 4; @y [1, "a"] = 5; @Y	[ 2 ] = 6; print(($_, $a_1B, $#)); }
ARGS   -q
PARAMS a b
EXPECT
	(1, 2, 2)


	@: 3
	@Y[2]: 6
	@_x: 4
	@y[1, a]: 5

NAME   [lexical 1.4] words of the language only where they are meant
NEEDS  root once
SCRIPT begin { $if = 1; $for = 2; @let = 3; @config[1] = 4; iffy(); }
STATUS 1
ERR    Unknown function: 'iffy'

NAME   [lexical 1.4] variables and maps may have their names
NEEDS  root
SCRIPT begin { $if = 1; $for = 2; @let = 3; @while[1] = $if + $for; $struct = (offset=1, unrolled=2); print($struct.unrolled); }
ARGS   -q
EXPECT
	2


	@let: 3
	@while[1]: 3

NAME   [lexical 1.5] builtin values are no types: (pid) - 1 is a difference
NEEDS  root
SCRIPT begin { print((pid) - 1 == pid - 1); print((tid)*1 == tid); print((nsecs)+0 > 0); }
ARGS   -q
EXPECT
	true
	true
	true

NAME   [lexical 2.1] integers in every notation
NEEDS  root
SCRIPT begin { print((0, 10, 0x10, 0XfF, 0123, 1_000_000, 0x1_0, 1e3, 9e18, 1E2));
	print((18446744073709551615, 4294967295u, 18446744073709551615ull, 9223372036854775807ll, 7l, 5UL));
	print((5ns, 5us, 5ms, 5s, 5m, 5h, 5d, 1e3s, 010s)); }
ARGS   -q
EXPECT
	(0, 10, 16, 255, 83, 1000000, 16, 1000, 9000000000000000000, 100)
	(18446744073709551615, 4294967295, 18446744073709551615, 9223372036854775807, 7, 5)
	(5, 5000, 5000000, 5000000000, 300000000000, 18000000000000, 432000000000000, 1000000000000, 8000000000)

NAME   [lexical 2.2] escapes of texts
NEEDS  root
RUN    $SONDE -q -e 'begin { printf("\101\x41\X4a\7|\t|\\|\"|\r|\60z\n"); }' | od -An -c -w17 | head -n 1 | tr -s ' ' | cut -c2-
EXPECT A A J \a | \t | \ | " | \r | 0 z \n \n

NAME   [lexical 2.3] true and false
NEEDS  root
SCRIPT begin { print((true, false, !true)); $x = true; if ($x) { print(sizeof(false)); } @ = false; }
ARGS   -q
EXPECT
	(true, false, false)
	1


	@: false

NAME   [lexical 2.4] constants of enums and macros of C
NEEDS  root btf
SCRIPT #define TEN 10
	#define SUM TEN+$x
	enum color { RED = 3, GREEN, BLUE = -1 };
	enum { LONELY = 7 };
	begin { $x = 5; print((TEN, SUM * 2, RED, GREEN, BLUE, LONELY)); print((RED + 1, (int64)BLUE, (uint64)GREEN, sizeof(RED), BPF_MAP_TYPE_HASH, (int8)BPF_MAP_TYPE_HASH)); print((enum color)4); }
ARGS   -q
EXPECT
	(10, 30, RED, GREEN, BLUE, LONELY)
	(4, -1, 4, 8, BPF_MAP_TYPE_HASH, 1)
	GREEN

NAME   [lexical 2.5] parameters are numbers where they read as one, else texts
NEEDS  root
SCRIPT begin { print(($1, $2, $3, $4, $5, $6, $7)); print((str($1), str($8 + 1), str($8, 2))); print($#); }
ARGS   -q
PARAMS -- 0x10 -5 5ms 0b11 +7 1_ 08 word
EXPECT
	(16, -5, 5000000, 3, 7, 1, 08)
	(0x10, ord, wo)
	8

NAME   [lexical 2.5] one too large for a number is a text; others are missing
NEEDS  root
SCRIPT begin { print(($1, $2)); print(str($3)); print("done"); }
ARGS   -q --no-warnings
PARAMS -- 99999999999999999999 -
EXPECT
	(99999999999999999999, -)

	done

NAME   [lexical 3] config first, then probes and declarations in any order
NEEDS  root
SCRIPT config = { max_strlen = 32 } end { print(@a[1]); } let @a = hash(3); begin { @a[1] = 5; @b[2] = 1; exit(); } let @b = lruhash(2);
ARGS   -q
EXPECT
	5


	@a[1]: 5
	@b[2]: 1

NAME   [lexical 5] keys of the config block, in every spelling
NEEDS  root
SCRIPT config = { max_strlen = 0x20; MAX_MAP_KEYS = 5; BPFTRACE_PRINT_MAPS_ON_EXIT = false; Stack_Mode = perf; license = "GPL"; missing_probes = "warn"; on_stack_limit = "32" }
	begin { @[1] = 1; print(str($1)); }
ARGS   -q
PARAMS aaaaaaaaaabbbbbbbbbbccccccccccd
EXPECT aaaaaaaaaabbbbbbbbbbccccccccccd

NAME   [lexical 6.1] a declared map is as large as it says, the first declaration counts
NEEDS  root
SCRIPT let @a = hash(2); let @a = hash(100); begin { @a[1] = 1; @a[2] = 2; @a[3] = 3; print(len(@a)); }
ARGS   -q --no-warnings
MATCH  ^2$

NAME   [lexical 6.4] lists of probes, a comma at their end, predicates
NEEDS  root
SCRIPT begin, end, { print(probe); } begin/1 == 2/ { print("no"); } begin /pid > 0 && true/ { print("yes"); } END{print("old");}
ARGS   -q
EXPECT
	begin
	yes
	end
	old

NAME   [lexical 6.4] quotes and parameters in attach points
NEEDS  root
SCRIPT interval:"ms":$1 { print(probe); exit(); } uprobe:"{{PROGS}}/calls":out"er" { }
ARGS   -q
PARAMS 5
EXPECT interval:ms:5

NAME   [lexical 7.1] where a semicolon may be missing
NEEDS  root
SCRIPT begin { if (1) { print(1) } { print(2) } for ($i : 0..1) { print(3) } unroll (1) { print(4) } if (0) { } else { print(5) }; print(6) }
ARGS   -q
EXPECT
	1
	2
	3
	4
	5
	6

NAME   [lexical 1] the mark of UTF-8 in front of a script, and where two were joined
NEEDS  root
RUN    printf '\357\273\277#!/usr/bin/env sonde\r\n#define X 5\r\nbegin { print(X); }\r\n' >{{TMP}}/x.bt; $SONDE -q {{TMP}}/x.bt; printf '\357\273\277begin { nosuch(); }' >{{TMP}}/x.bt; $SONDE {{TMP}}/x.bt 2>&1 | grep -o ':1:[0-9-]*: ERROR: .*'; printf '\357\273\277begin { print(6); }\n\357\273\277begin { print(7); }' >{{TMP}}/x.bt; $SONDE -q {{TMP}}/x.bt; printf '\357\273\277' >{{TMP}}/x.bt; $SONDE {{TMP}}/x.bt
EXPECT
	5


	:1:12-18: ERROR: Unknown function: 'nosuch'
	6
	7


	No probes to attach
STATUS 1

NAME   [lexical 1.1] [lexical 6.4] a comment directly behind a probe without parts
NEEDS  root
RUN    printf 'begin/* one */{ print(1); }\nbegin// two\n{ print(2); } begin/*/*/, begin/pid/ { print(3); }' >{{TMP}}/x.bt; $SONDE -q {{TMP}}/x.bt
EXPECT
	1
	2
	3
	3

NAME   [lexical 7.1] an operator behind a block goes on with it
NEEDS  root
SCRIPT begin { $x = 2; _ = if (true) { 7 } else { 8 } - 1; $y = { 3 } * $x; print($y); if ($x) { print("a") } ($x); }
ARGS   -q --no-warnings
EXPECT
	6
	a

NAME   [lexical 7.2] the value of a block is its last expression
NEEDS  root
SCRIPT begin { $x = { let $a = 2; $a *= 3; $a + 1 }; print($x); $y = if ($x > 5) { print("large"); "l" } else { "small" }; print($y);
	print({ { 5 } }); }
ARGS   -q
EXPECT
	7
	large
	l
	5

NAME   [lexical 7.3] "op=" takes the value from before its right side
NEEDS  root
SCRIPT fn two($n : int64) : int64 { for $i : 0..3 { if ($i == 1) { return $n; } } return 0; }
	begin { $x = 1; $x += $x++ + ++$x; print($x); $x -= $x++; print($x); $x = 10; $x -= { $x = 3; 1 }; print($x);
	$x += two(2); print($x); $x *= { @n = $x++; for $i : 0..2 { @n++; } @n }; print($x);
	@s = 10; @s -= @s++; @k["a"] = 10; @k["a"] -= @k["a"]++; @z = 3; @z += @z; @z *= { @z = 2; @z + 1 }; }
ARGS   -q
EXPECT
	5
	0
	9
	11
	143


	@k[a]: 0
	@n: 13
	@s: 0
	@z: 18

NAME   [lexical 7.4] [lexical 7.5] a block may be a condition, a count, an end of a range
NEEDS  root
SCRIPT begin { $x = 2; if {true} { print("a") } if !{ $y = $x; $y > 2 } { print("b") } if comptime {0} { print("c") } else { print("d") }
	unroll {1 + 1} { print("e") } for $i : {$x - 1}..{$x + 1} { print($i) } if $x++ { print($x) } }
ARGS   -q
EXPECT
	a
	b
	d
	e
	e
	1
	2
	3

NAME   [lexical 7.3] declarations, assignments, all of "op="
NEEDS  root
SCRIPT begin { let $a; let $b = 2; let $c : int16; let $d : int32 = 4; $a = 1; $c = 3; print(($a, $b, $c, $d));
	$x = (uint64)100; $x += 7; $x -= 2; $x *= 2; $x /= 3; $x %= 64; $x <<= 4; $x >>= 2; $x |= 1; $x &= 0xff; $x ^= 3; print($x);
	$y = 10; $y -= 2 + 3; print($y); _ = $y; @m[1] = 5; @m[1] += 2; @m[2]++; --@m[2]; @c++; ++@c; }
ARGS   -q --no-warnings
EXPECT
	(1, 2, 3, 4)
	26
	5


	@c: 2
	@m[2]: 0
	@m[1]: 7

NAME   [lexical 7.4] conditions without parentheses, else if
NEEDS  root once
SCRIPT begin { $x = 3; if $x { print(1); } if !$x { print(2); } else if $x == 3 { print(3); } }
STATUS 1
ERR    syntax: expected '\{'

NAME   [lexical 7.4] if, else if, else, as a statement and as a value
NEEDS  root
SCRIPT begin { $x = 3; if $x { print(1); } if !$x { print(2); } else if ($x == 3) { print(3); } else { print(4); }
	$s = if ($x > 5) { "big" } else if ($x > 2) { "mid" } else { "small" }; print($s); if has_key(@m, 1) { print("no"); } @m[2] = 1; }
ARGS   -q
EXPECT
	1
	3
	mid


	@m[2]: 1

NAME   [lexical 7.5] while, unroll, for over ranges and maps, break, continue, return
NEEDS  root
SCRIPT begin { $n = 0; while ($n < 10) { $n++; if ($n == 2) { continue; } if ($n > 4) { break; } print($n); }
	unroll (2) { print("u"); } unroll 1 { print("v"); }
	for ($i : 0..3) { for $j : 1..($i + 1) { print(($i, $j)); } }
	$lo = (int64)2; for $k : $lo..4 { $k2 = $k * 10; print($k2); }
	@m["a"] = 1; @m["b"] = 2; $sum = 0; for ($kv : @m) { $sum += $kv.1; } print($sum);
	for ($e : 3..3) { print("never"); } for ($r : 0..5) { if ($r == 1) { return; } print("once"); } print("not reached"); }
ARGS   -q --no-warnings
EXPECT
	1
	3
	4
	u
	u
	v
	(1, 1)
	(2, 1)
	(2, 2)
	20
	30
	3
	once


	@m[a]: 1
	@m[b]: 2

NAME   [lexical 7.6] precedence and associativity
NEEDS  root
SCRIPT begin { $two = (int64)2; $t = true; $f = false;
	print((2 + 3 * 4, 20 - 5 - 3, 100 / 5 / 2, 1 << 2 + 1, 7 & 3 == 3, 1 | 6 ^ 2 & 3, 5 > 3 == true));
	print(($two + 3 * 4, 20 - 5 - $two, 1 << $two + 1, -$two * 3, !$t || $t && $f, ~$two & 0xf, 2 + ($t ? 1 : 5)));
	print($t ? $f ? 1 : 2 : 3); print($two ?: 4); print((1, (2, "x")).1.1); print((uint8)$two + 300); }
ARGS   -q
EXPECT
	(14, 12, 10, 8, 1, 5, true)
	(14, 13, 8, -6, false, 13, 3)
	2
	2
	x
	302

NAME   [lexical 7.6] tuples, casts and parentheses
NEEDS  root
SCRIPT begin { $x = 300; print((1,)); print((1, "a",)); print((uint8)$x); print((uint8)($x + 1)); print(((1, 2), 3).0.1); print(sizeof((int16)5) + sizeof(int32[4]) + sizeof((1, 2))); }
ARGS   -q
EXPECT
	(1)
	(1, a)
	44
	45
	2
	20

NAME   [lexical 7.6] && and || stop early
NEEDS  root
SCRIPT begin { $z = 0; if ($z && { print("no"); 1 }) { } if ($z == 0 || { print("no"); 1 }) { print("yes"); } $r = $z ? { print("no"); 1 } : 2; print($r); }
ARGS   -q
EXPECT
	yes
	2

NAME   [lexical 7.7] calls: space in front of the parenthesis, nested calls
NEEDS  root
SCRIPT begin { print (str ("abc" , 2)); print(strncmp(str("abc"), "abd", 2)); @a[1] = count (); print(len (@a)); clear( @a ); }
ARGS   -q
EXPECT
	ab
	0
	1

NAME   [lexical 8.1] what is wrong at an earlier stage is said alone
NEEDS  root once
RUN    $SONDE -e 'begin { $x = 1; $x = "a"; nosuch(); } kprobe { }' 2>&1 | grep -c ERROR
	$SONDE -e 'begin { $x = 1; $x = "a"; nosuch(); }' 2>&1 | grep ERROR
	$SONDE -e 'begin { $x = 1; $x = "a"; print(1 / 0); }' 2>&1 | grep ERROR
	$SONDE -e 'config = { nosuch = 1 } nosuch:a { nosuch(); }' 2>&1 | grep ERROR
EXPECT
	1
	stdin:1:27-33: ERROR: Unknown function: 'nosuch'
	stdin:1:33-38: ERROR: unable to fold literals due to overflow or underflow
	stdin:1:12-22: ERROR: nosuch: not a known configuration option

NAME   [lexical 8.2] integers worked out like C does, other than while running
NEEDS  root
SCRIPT begin { print((-7 / 2, -7 % 2, -5 >> 1, 7 / -2, ~0, -9223372036854775808, 1 << 63, 5 - 7, 18446744073709551615 - 1, !5, 3 == 3)); print(sizeof(100 + 100)); unroll (1 + 1) { print("u"); } }
ARGS   -q
EXPECT
	(-3, -1, -3, -3, 18446744073709551615, -9223372036854775808, 9223372036854775808, -2, 18446744073709551614, false, true)
	2
	u
	u

NAME   [lexical 8.2] booleans and texts worked out
NEEDS  root
SCRIPT begin { print((true + true, true + 1, true & false, true == 1, "a" < "b", "ab" == "a" + "b", "abc" + 1, 1 + "abc", "abc"[1], "abc"[3], "" ? 1 : 2, str(12345, 3), str("abcdef", 2), (1, "a") == (1, "a"), (1, 2).1));
	print(true ? 1 : "a"); print("a" || false); }
ARGS   -q
EXPECT
	(true, 2, false, true, true, true, bc, bc, 98, 0, 2, 123, ab, true, 2)
	1
	true

NAME   [lexical 8.3] exit() leaves, at the place of the call too
NEEDS  root
SCRIPT begin { print(1); for ($i : 0..3) { if ($i == 1) { exit(7); } print(("i", $i)); } print("not reached"); } end { print("end"); }
ARGS   -q
STATUS 7
EXPECT
	1
	(i, 0)
	end

NAME   [lexical 9] an example with a bit of all
NEEDS  root
RUN    cat >{{TMP}}/x.bt <<'END'
	#!/usr/bin/env sonde
	#define LIMIT 3
	struct pair { int lo; int hi; };
	config = { missing_probes = warn; max_strlen = 128 }
	let @seen = lruhash(500);

	fn half($n : uint64) : uint64 { return $n / 2; }
	macro bump(@m, k) { @m[k]++; }

	begin { printf("limit %d\n", LIMIT); }

	tracepoint:syscalls:sys_enter_getppid, tracepoint:syscalls:sys_enter_getpgid, /pid > LIMIT && comm == "getppids"/ {
	  let $r : uint64 = half(400) / 2;
	  $t = (kind=1, size=$r);
	  if $r { bump(@seen, $t.size); } else if (tid == 1) { @none++ } else { return; }
	  for $i : 0..LIMIT { if ($i == 2) { break; } @rounds++; }
	  _ = has_key(@seen, 4);
	  print(sizeof(struct pair));
	  exit();
	}
	END
	$SONDE -q -c '{{PROGS}}/getppids 1' {{TMP}}/x.bt
EXPECT
	limit 3
	8


	@rounds: 2
	@seen[100]: 1
