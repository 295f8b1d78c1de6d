package opinion

// Count is how a set of people voted on a statement; Seen includes those who passed.
type Count struct{ Agree, Disagree, Seen int }

func (c Count) add(o Count) Count {
	return Count{c.Agree + o.Agree, c.Disagree + o.Disagree, c.Seen + o.Seen}
}

// Statistics is what the groups agree and differ on.
type Statistics struct {
	Counts    [][]Count // by group and column
	All       []Count   // by column, everybody
	Consensus []Consensus
	// by group, as published: five at most, those agreed with before those disagreed with
	Representative [][]Representative
	// by group, what it agrees with most, seen from that side; nil when there is none
	BestAgreement   []*Representative
	MajorityAgree   []Majority
	MajorityDissent []Majority
}

// Describe returns the statistics of people put into groups: groups holds a number from 0 to k-1 for each row
// of People, -1 for who is in none. Rows without a number, and numbers that are no less than the people there
// are, count as none. Hidden and meta statements have counts and are left out of every list.
func (v *Votes) Describe(groups []int) Statistics {
	groups = v.tidy(groups)
	s, size := v.counts(groups)
	s.Consensus = v.consensus(s.Counts, size)
	for g := range s.Counts {
		list, best := v.representative(s.Counts, g, size[g])
		s.Representative, s.BestAgreement = append(s.Representative, list), append(s.BestAgreement, best)
	}
	s.MajorityAgree = v.majority(s.All, func(c Count) int { return c.Agree })
	s.MajorityDissent = v.majority(s.All, func(c Count) int { return c.Disagree })
	return s
}

// tidy returns a group for each row: -1 where the one given makes no sense.
func (v *Votes) tidy(groups []int) []int {
	all := make([]int, len(v.people))
	for i := range all {
		all[i] = -1
		if i < len(groups) && groups[i] < len(all) {
			all[i] = max(-1, groups[i])
		}
	}
	return all
}

// counts adds up votes by group and of everybody, and returns the groups' sizes.
func (v *Votes) counts(groups []int) (Statistics, []int) {
	k := groupsIn(groups)
	s := Statistics{Counts: make([][]Count, k), All: make([]Count, len(v.statements))}
	for g := range s.Counts {
		s.Counts[g] = make([]Count, len(v.statements))
	}
	size := make([]int, k)
	for i, g := range groups {
		if g >= 0 {
			size[g]++
		}
		for j, vote := range v.row(i) {
			one := count(vote)
			s.All[j] = s.All[j].add(one)
			if g >= 0 {
				s.Counts[g][j] = s.Counts[g][j].add(one)
			}
		}
	}
	return s, size
}

func count(v Vote) Count {
	switch v {
	case Agree:
		return Count{1, 0, 1}
	case Disagree:
		return Count{0, 1, 1}
	case Pass:
		return Count{0, 0, 1}
	}
	return Count{}
}
