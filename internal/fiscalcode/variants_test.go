package fiscalcode

import "strings"

// variants returns the 127 omocodia variants of a code, made from the rule with tables of its own.
func variants(code string) []string {
	positions := []int{6, 7, 9, 10, 12, 13, 14}
	out := make([]string, 0, 127)
	for set := 1; set < 128; set++ {
		b := []byte(code)
		for i, p := range positions {
			if set>>i&1 == 1 {
				b[p] = "LMNPQRSTUV"[b[p]-'0']
			}
		}
		out = append(out, withCheck(string(b[:15])))
	}
	return out
}

// withCheck appends the check letter to fifteen characters, from the printed table of values.
func withCheck(s string) string {
	const table = "0=1 1=0 2=5 3=7 4=9 5=13 6=15 7=17 8=19 9=21 A=1 B=0 C=5 D=7 E=9 F=13 G=15 H=17 I=19 J=21 " +
		"K=2 L=4 M=18 " +
		"N=20 O=11 P=3 Q=6 R=8 S=12 T=14 U=16 V=10 W=22 X=25 Y=24 Z=23"
	odd := map[string]int{}
	for _, entry := range strings.Fields(table) {
		n := 0
		for _, d := range entry[2:] {
			n = 10*n + int(d-'0')
		}
		odd[entry[:1]] = n
	}
	sum := 0
	for i := range 15 {
		switch {
		case i%2 == 0:
			sum += odd[s[i:i+1]]
		case s[i] <= '9':
			sum += int(s[i] - '0')
		default:
			sum += int(s[i] - 'A')
		}
	}
	return s + string("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[sum%26])
}
