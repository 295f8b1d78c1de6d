package fiscalcode

import "testing"

func BenchmarkParse(b *testing.B) {
	for _, in := range []string{"RSSMRA85T10A562S", " rssmraurtmlarsnl ", "12345678903"} {
		b.Run(in, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Parse(in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
