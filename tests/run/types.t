# Numbers, texts, tuples, operators: what they are worth while a script runs.

NAME   precedence
NEEDS  root
ARGS   --no-warnings
SCRIPT begin { $two = 2; $three = 3; $ten = 10;
	print($two + $three * $ten); print(($two + $three) * $ten); print($ten - $three - $two); print($ten << 1 + $two);
	print($two | $three & $ten ^ 1); print($two == 2 && $three != 2 || 0); print(!$two == 0); print(-$two + $ten);
	print($ten % $three * $two); print($two < $three == true); print(~$two & 0xff); }
EXPECT
	32
	50
	5
	80
	3
	true
	true
	8
	2
	true
	253

NAME   arithmetic while it runs
NEEDS  root
SCRIPT begin { $a = (int64)-7; $b = (uint64)7; print($b / 2); print($b % 4); print($a * 3); print($b - 8); print($b << 60 >> 60); }
LINE   3
LINE   -21
LINE   -1
LINE   7

NAME   arithmetic that is folded
NEEDS  root
ARGS   --no-warnings
SCRIPT begin { print(-7 / 2); print(-7 % 2); print(-5 >> 1); print(1e6); print(5ms); print(0x1f + 010); print(1_000_000); print(2h); print("a" + "b"); print(~0); print(!5); print(true + 1); }
EXPECT
	-3
	-1
	-3
	1000000
	5000000
	39
	1000000
	7200000000000
	ab
	18446744073709551615
	false
	2

NAME   casts truncate and extend
NEEDS  root
ARGS   --no-warnings
SCRIPT begin { $x = (int64)-1; print((uint8)$x); print((uint16)$x); print((uint32)$x); print((uint64)$x); print((int8)(uint8)200); print((int64)(int8)-3);
	print((uint64)(int8)-1); print((uint32)4294967297); print((bool)5); print((bool)0); print((int32)true); }
EXPECT
	255
	65535
	4294967295
	18446744073709551615
	-56
	-3
	18446744073709551615
	1
	true
	false
	1

NAME   comparisons know signs
NEEDS  root
ARGS   --no-warnings
SCRIPT begin { $neg = (int64)-1; $pos = (int64)1; $big = (uint64)18446744073709551615; $one = (uint64)1; print($neg < $pos); print($big > $one); print($neg == $pos);
	print((int8)-1 < (int32)0); print($big >= 18446744073709551615); print($neg <= -1); }
EXPECT
	true
	true
	false
	true
	true
	true

NAME   [types 8] division by zero gives 1, and a warning
NEEDS  root
SCRIPT begin { $z = (uint64)$1; print((uint64)10 / $z); print((uint64)10 % $z); }
PARAMS 0
EXPECT
	1
	1
ERR    stdin:1:[0-9-]+: WARNING: Divide or modulo by 0 detected\. This can lead to unexpected results\. 1 is being used as the result\.

NAME   texts are compared
NEEDS  root
SCRIPT begin { $a = "abc"; print($a == "abc"); print($a != "abc"); print($a == "abd"); print(comm == "sonde"); print($a == "ab"); print($a == "abcd");
	if (comm != "other") { print("not other"); } }
EXPECT
	true
	false
	false
	true
	false
	false
	not other

NAME   strncmp
NEEDS  root
SCRIPT begin { $a = "abcdef"; print(strncmp($a, "abcxyz", 3)); print(strncmp($a, "abcxyz", 4) != 0); print(strncmp("a", "a", 5)); print(strncmp($a, "x", 0)); print(strncmp(comm, "sonx", 3)); }
EXPECT
	0
	true
	0
	0
	0

NAME   tuples
NEEDS  root
SCRIPT begin { $t = (1, "two", (3, true)); print($t.0); print($t.1); print($t.2.1); print($t); $t = (100000, "a longer text", (-5, false)); print($t); if ($t == $t) { print("same"); } }
LINE   1
LINE   two
LINE   true
LINE   (1, two, (3, true))
LINE   (100000, a longer text, (-5, false))

NAME   a variable grows to hold all that is assigned
NEEDS  root
SCRIPT begin { $x = 1; $x = 5000000000; print($x); $s = "a"; print($s); $s = "a much longer text"; print($s); $u = 1; $u = (uint64)18446744073709551615; print($u); }
EXPECT
	5000000000
	a
	a much longer text
	18446744073709551615

NAME   increments in expressions
NEEDS  root
SCRIPT begin { $x = 5; $y = $x++; $z = ++$x; $w = $x--; printf("%d %d %d %d\n", $x, $y, $z, $w); }
EXPECT 6 5 7 7

NAME   compound assignments
NEEDS  root
ARGS   --no-warnings
SCRIPT begin { $x = 100; $x += 10; $x -= 5; $x *= 2; $x /= 3; $x %= 64; $x <<= 4; $x >>= 2; $x |= 3; $x &= 0xfe; $x ^= 1; print($x); }
EXPECT 27

NAME   positional parameters
NEEDS  root
SCRIPT begin { print($1); print($2); print(str($2)); print($#); print($1 + 1); print(str($1)); print(str($9)); print($3); printf("[%s]\n", str($2, 2)); }
PARAMS -- 0x10 hello -5
MATCH  ^\[he\]$
LINE   16
LINE   hello
LINE   3
LINE   17
LINE   0x10
LINE   -5

NAME   booleans
NEEDS  root
SCRIPT begin { $t = true; $f = false; print($t && !$f); print($t || $f); print($f); @ = $t; if ($t) { print("yes"); } print($t == true); print(1 && 2); print(0 || 0); }
EXPECT
	true
	true
	false
	yes
	true
	true
	false


	@: true

NAME   logical operators stop early
NEEDS  root
SCRIPT begin { $zero = (uint64)$1; if ($zero != 0 && (uint64)5 / $zero == 5) { print("never"); } if ($zero == 0 || (uint64)5 / $zero == 5) { print("once"); } }
PARAMS 0
EXPECT once
ERR_NOT Divide

NAME   sizes
NEEDS  root
SCRIPT begin { printf("%d %d %d %d %d %d\n", sizeof(uint8), sizeof(int64), sizeof((1, 2)), sizeof("abc"), sizeof(true), sizeof((uint16)1)); }
EXPECT 1 8 2 4 1 2

NAME   str with a length, and of numbers
NEEDS  root
SCRIPT begin { print(str("abc", 2)); print(str(5)); print(str(-5)); print(str(comm, 3)); print(str(0)); }
EXPECT
	ab
	5
	-5
	so
	0

NAME   complements and negatives are made at the width of the number
NEEDS  root
ARGS   --no-warnings
SCRIPT begin { $u = (uint8)$1; $i = (int8)$1; print(~$u); print(-$u); print(~$i); print(-$i); }
PARAMS 5
EXPECT
	250
	251
	-6
	-5

NAME   right shift and division are unsigned while the script runs
NEEDS  root
ARGS   --no-warnings
SCRIPT begin { $a = (int64)-8; $b = (int64)-7; $two = (int64)2; printf("%lu %lu %lu\n", $a >> 1, $b / $two, $b % $two); }
EXPECT 9223372036854775804 9223372036854775804 1

NAME   numbers of different signs compare by value where a type holds both
NEEDS  root
ARGS   --no-warnings
SCRIPT begin { print((int8)-1 == (uint16)65535); print((int64)-1 == (uint64)18446744073709551615); print((int32)-5 < (uint8)3); }
EXPECT
	false
	true
	true

NAME   tuples are compared
NEEDS  root
SCRIPT begin { $t = (1, "ab"); print($t == (1, "ab")); print($t != (1, "ab")); print($t == (2, "ab")); print($t == (1, "a longer one")); print($t[1]); }
EXPECT
	true
	false
	false
	false
	ab

NAME   buffers are compared by their bytes
NEEDS  root
SCRIPT begin { print(buf("abc", 3) == buf("abc", 3)); print(buf("abc", 3) == buf("abd", 3)); print(buf("abc", 3) == buf("ab", 2)); }
EXPECT
	true
	false
	false

NAME   declared types keep their width
NEEDS  root
SCRIPT begin { let $a : uint8 = 255; $a++; let $b : int16 = 32767; $b += 1; printf("%d %d\n", $a, $b); }
EXPECT 0 -32768

NAME   a map that is never written reads as zero
NEEDS  root
SCRIPT begin { print(@x[1]); $y = @z; print($y); }
LINE   0

NAME   bytes of a text
NEEDS  root
SCRIPT begin { $s = "AB"; printf("%d %d %c\n", $s[0], $s[1], $s[0]); }
EXPECT 65 66 A
