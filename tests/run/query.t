# What is asked when a script is compiled, and what it says of itself.

NAME   kinds of values [functions 9]
NEEDS  root
SCRIPT enum color { RED } begin { $s = "abc"; $p = (int8*)8; $u = (uint16)1; $i = (int16)1; $a = (int8[3])"ab"; $b = buf("xyz", 2);
	print((is_str($s), is_str("lit"), is_str($p), is_str($a), is_str($b), is_str((1, 2)))); print((is_ptr($p), is_ptr(&$u), is_ptr(8)));
	print((is_array($a), is_array($s))); print((is_integer($u), is_integer(-1), is_integer(RED), is_integer(true), is_integer($p), is_integer(pid)));
	print((is_unsigned_integer($u), is_unsigned_integer($i), is_unsigned_integer(RED), is_unsigned_integer($s))); exit(); }
EXPECT
	(true, true, false, false, false, false)
	(true, true, false)
	(true, false)
	(true, true, true, false, false, true)
	(true, false, true, false)

NAME   literals [functions 9]
NEEDS  root
PARAMS 5 text
SCRIPT macro lit(x) { is_literal(x) } begin { $a = 1; print((is_literal(5), is_literal("a"), is_literal(true), is_literal((1, "a")), is_literal(1 + 2), is_literal($1), is_literal($2)));
	print((is_literal($a), is_literal($a + 1), is_literal((1, $a)), is_literal(pid))); print((lit(sizeof($a)), lit($a), lit({ 5 }))); exit(); }
EXPECT
	(true, true, true, true, true, true, true)
	(false, false, false, false)
	(true, false, true)

NAME   maps without keys [functions 2]
NEEDS  root
SCRIPT macro add(@m) { if comptime (is_scalar(@m)) { @m++; } else { @m[0]++; } }
	begin { @x[1] = 1; @y = 1; print((is_scalar(@x), is_scalar(@y))); add(@x); add(@y); exit(); }
LINE   (false, true)
LINE   @x[0]: 1
LINE   @x[1]: 1
LINE   @y: 2

NAME   questions choose a branch, the other one is not compiled [functions 9] [lexical 7.6]
NEEDS  root
SCRIPT macro show(x) { if comptime (is_str(x)) { printf("text %s\n", x); } else if comptime (is_integer(x)) { printf("number %d\n", x); } else { fail("show() of %s", "this"); } }
	begin { show("abc"); show(5); show(pid > 0 ? 1 : 2); $s = "x"; show($s); exit(); }
EXPECT
	text abc
	number 5
	number 1
	text x

NAME   error codes in pointers [functions 9]
NEEDS  root
SCRIPT begin { print((is_err((int8*)-1), is_err((uint64)-4095), is_err((uint64)-4096), is_err(0), is_err((int8*)5))); exit(); }
EXPECT (true, true, false, false, false)

NAME   assertions that hold leave nothing [functions 9]
NEEDS  root
SCRIPT begin { $p = (int8*)0; static_assert(sizeof(int32) == 4, "four"); assert_str("a"); assert_str($p); assert(1 == 1, "one"); @k[1] = 1; check_key(@k, 1, "f()"); clear(@k); print("done"); exit(); }
EXPECT done

NAME   an assertion that does not hold ends tracing [functions 9]
NEEDS  root
SCRIPT macro small(x) { assert(x < 3, "100% small"); print(x); }
	begin { small(1);
	small(5); print("never"); } end { print("end"); }
EXPECT
	1
	end
ERR    ^stdin:1:18-45: ERROR: assert failed: 100% small$
ERR    ^stdin:3:1-9: ERROR: expanded from$
STATUS 1

NAME   errorf and warnf [functions 1.2] [output 5]
NEEDS  root
SCRIPT macro m(x) { errorf("in macro %d", x); warnf("w") } begin { errorf("bad %d", 5);
	warnf("hm %s\n", "x"); m(1); print("goes on"); exit(); }
EXPECT goes on
ERR    ^stdin:1:61-80: ERROR: bad 5$
ERR    ^stdin:2:1-22: WARNING: hm x$
ERR    ^stdin:1:14-38: ERROR: in macro 1$
ERR    ^stdin:2:24-28: ERROR: expanded from$
ERR    ^stdin:2:24-28: WARNING: expanded from$

NAME   warnf is silent with --no-warnings [functions 1.2]
NEEDS  root
ARGS   --no-warnings
SCRIPT begin { warnf("hm"); errorf("bad"); exit(); }
ERR    ERROR: bad$
ERR_NOT WARNING
