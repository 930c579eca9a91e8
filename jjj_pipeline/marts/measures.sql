-- Measures of disparity, concentration, structure, coupling and normalised links, as macros.
--
-- Here belongs a formula that SQL says in a line or two. A measure that a maintained library computes by the same convention
-- (centrality, rank correlation) is in a Python mart; a line through points comes from the engine's regr_ aggregates; growth,
-- shares and their intervals come from formulas.py. The convention, range and source of every macro are in catalog/measures.yml under the same name.
--
-- Conventions of all of them
--   * A list is a whole population: sd and variance divide by n. Logarithms are natural.
--   * A missing, NaN or infinite element makes the measure null, and so does an empty list: blank is not zero.
--   * Zeros count (0 ln 0 = 0); a negative element makes a measure of inequality or of shares null.
--   * (y, pop): y is the total of each unit (亿元, 件), not the value per head; pop its population, above zero.
--   * Lists that belong together have the same order and length; otherwise the result is null.
-- How they are written
--   * A parameter is never used inside a lambda: it would be computed once per element. What a lambda needs goes through a list
--     of one element (`list_transform([x], lambda z_: …)[1]`).
--   * They take lists, not windows: build the list with GROUP BY (`gini(list(value))`); `… OVER ()` does not bind.
--   * Lambda variables end in `_`, so that no column of a caller hides them. A macro uses only macros above it.


-- ---------------------------------------------------------------------------------------------- preparing lists

-- The list as DOUBLE, or null where it is empty or an element is missing or not finite.
CREATE OR REPLACE MACRO complete_list(l) AS
    CASE WHEN len(l) > 0 AND list_count(l) = len(l)
              AND isfinite(list_min(l)::DOUBLE) AND isfinite(list_max(l)::DOUBLE)
         THEN l::DOUBLE[] END;

-- A complete list without a negative element and with a sum above zero, or null.
CREATE OR REPLACE MACRO non_negative_list(l) AS
    CASE WHEN list_min(l) >= 0 AND list_sum(l) > 0 THEN complete_list(l) END;

-- A complete list of elements above zero, or null.
CREATE OR REPLACE MACRO positive_list(l) AS
    CASE WHEN list_min(l) > 0 THEN complete_list(l) END;

-- Aggregates over the rows of a group, unlike the others.
-- The sum, or null where one of the rows is missing; added in order of size, so that it has the same digits at every time.
CREATE OR REPLACE MACRO complete_sum(x) AS
    CASE WHEN count(x) = count(*) THEN sum(x ORDER BY x) END;

-- The total of a group of `members`, a column equal on all rows; null where a member has no row or no figure.
-- Added in order of size, so that it has the same digits at every time.
CREATE OR REPLACE MACRO complete_total(x, members) AS
    CASE WHEN count(x) = any_value(members) THEN sum(x ORDER BY x) END;

-- The OBS_STATUS of what is made of several figures: that of the least certain of them; A below B, I, D, E, F, P, V, U.
CREATE OR REPLACE MACRO worst_status(status) AS
    max_by(status, strpos('ABIDEFPNOLMVU', status));

-- The same of two figures.
CREATE OR REPLACE MACRO worse_status(a, b) AS
    CASE WHEN a IS NULL OR strpos('ABIDEFPNOLMVU', b) > strpos('ABIDEFPNOLMVU', a) THEN b ELSE a END;

-- Remarks in both languages, a list of {en, zh} with nulls, as one of each language; null where there is none.
CREATE OR REPLACE MACRO joined_remarks(remarks) AS {
    en: nullif(array_to_string(list_transform(remarks, lambda r_: r_.en), '; '), ''),
    zh: nullif(array_to_string(list_transform(remarks, lambda r_: r_.zh), '；'), '')};

-- How far x lies above the larger of two bounds, or below the smaller (negative); 0 between them.
CREATE OR REPLACE MACRO beyond(x, a, b) AS
    CASE WHEN x IS NULL OR a IS NULL OR b IS NULL THEN NULL
         ELSE greatest(x - greatest(a, b), 0) + least(x - least(a, b), 0) END;

-- s_i = y_i / sum y
CREATE OR REPLACE MACRO list_shares(y) AS
    list_transform(list_transform([non_negative_list(y)], lambda y_: {v: y_, total: list_sum(y_)}),
                   lambda z_: list_transform(z_.v, lambda v_: v_ / z_.total))[1];

-- Pairs (share in a, share in b), or null where the lists do not match.
CREATE OR REPLACE MACRO share_pairs(a, b) AS
    list_transform([{a: list_shares(a), b: list_shares(b)}],
                   lambda z_: CASE WHEN len(z_.a) = len(z_.b) THEN list_zip(z_.a, z_.b) END)[1];

-- Pairs (share of the total, share of the population); null where a unit has no people.
CREATE OR REPLACE MACRO population_pairs(y, pop) AS
    CASE WHEN list_min(pop) > 0 THEN share_pairs(y, pop) END;

-- One list of values per group; null where a group is missing or the lists differ in length.
CREATE OR REPLACE MACRO grouped_lists(y, g) AS
    CASE WHEN len(y) = len(g) AND list_count(g) = len(g) AND non_negative_list(y) IS NOT NULL
         THEN list_transform([list_zip(non_negative_list(y), g)],
                  lambda z_: list_transform(list_distinct(list_transform(z_, lambda p_: p_[2])),
                  lambda k_: list_transform(list_filter(z_, lambda p_: p_[2] = k_), lambda p_: p_[1])))[1] END;

-- Rounding can leave -1e-16 where a measure is zero by its formula: that is zero. Null stays null.
CREATE OR REPLACE MACRO clip_noise(x) AS
    list_transform([x::DOUBLE], lambda x_: CASE WHEN x_ < 0 THEN 0.0::DOUBLE ELSE x_ END)[1];

-- sum over pairs i < j of |y_i - y_j| = sum (2i - n - 1) y_(i), y_(1) <= … <= y_(n)
CREATE OR REPLACE MACRO sum_pair_differences(l) AS
    2 * list_sum(list_transform(list_sort(complete_list(l)), lambda v_, i_: v_ * i_))
    - (len(l) + 1) * list_sum(complete_list(l));


-- ---------------------------------------------------------------------------------------------- inequality

-- Gini = sum (2i - n - 1) y_(i) / (n sum y) = mean absolute difference / (2 mean); 0 … (n-1)/n
CREATE OR REPLACE MACRO gini(y) AS
    clip_noise(sum_pair_differences(y) / (len(y) * nullif(list_sum(non_negative_list(y)), 0)));

-- Gini n / (n - 1): 0 … 1 for every n; null for one unit
CREATE OR REPLACE MACRO gini_corrected(y) AS
    gini(y) * len(y) / nullif(len(y) - 1, 0);

-- 1 - sum (L_k + L_(k-1)) w_k along the Lorenz curve, units in order of y / pop: inequality between persons
CREATE OR REPLACE MACRO gini_weighted(y, pop) AS
    clip_noise(1 - list_reduce(
            list_transform(
                list_sort(list_transform(population_pairs(y, pop),
                                         lambda p_: {r: p_[1] / nullif(p_[2], 0), s: p_[1], w: p_[2]})),
                lambda p_: {s: p_.s, w: p_.w, lorenz: p_.s, area: p_.s * p_.w}),
            lambda a_, p_: {s: p_.s, w: p_.w, lorenz: a_.lorenz + p_.s,
                            area: a_.area + (2 * a_.lorenz + p_.s) * p_.w}).area);

-- Theil T (GE(1)) = sum s_i ln(n s_i) = sum y ln y / sum y - ln(mean y); 0 ln 0 = 0; 0 … ln n
CREATE OR REPLACE MACRO theil_t(y) AS
    clip_noise(list_sum(list_transform(non_negative_list(y), lambda v_: v_ * coalesce(ln(nullif(v_, 0)), 0)))
                   / nullif(list_sum(non_negative_list(y)), 0)
               - ln(nullif(list_avg(non_negative_list(y)), 0)));

-- Theil L (mean log deviation, GE(0)) = ln(mean y) - mean ln y; null with a zero
CREATE OR REPLACE MACRO theil_l(y) AS
    clip_noise(ln(nullif(list_avg(positive_list(y)), 0))
               - list_avg(list_transform(positive_list(y), lambda v_: ln(nullif(v_, 0)))));

-- sum s_i ln(s_i / w_i), w = population shares; 0 ln 0 = 0
CREATE OR REPLACE MACRO theil_t_weighted(y, pop) AS
    clip_noise(list_sum(list_transform(population_pairs(y, pop),
                                       lambda p_: p_[1] * coalesce(ln(nullif(p_[1] / nullif(p_[2], 0), 0)), 0))));

-- sum w_i ln(w_i / s_i); null with a zero
CREATE OR REPLACE MACRO theil_l_weighted(y, pop) AS
    CASE WHEN positive_list(y) IS NOT NULL
         THEN clip_noise(list_sum(list_transform(population_pairs(y, pop),
                                                 lambda p_: -p_[2] * ln(nullif(p_[1] / nullif(p_[2], 0), 0))))) END;

-- Between groups: sum S_g ln(S_g / (n_g / n)), S_g = share of the group in the total; groups = one list of values per group
CREATE OR REPLACE MACRO theil_t_between_groups(groups) AS
    clip_noise(list_sum(list_transform(groups, lambda p_: list_sum(p_) * coalesce(ln(nullif(list_avg(p_), 0)), 0)))
                   / nullif(list_sum(non_negative_list(flatten(groups))), 0)
               - ln(nullif(list_avg(non_negative_list(flatten(groups))), 0)));

-- Within groups: sum S_g T_g, S_g T_g = (sum y ln y - sum y ln(mean y)) / total; a group of zeros adds nothing
CREATE OR REPLACE MACRO theil_t_within_groups(groups) AS
    clip_noise(list_sum(list_transform(groups,
                   lambda p_: list_sum(list_transform(p_, lambda v_: v_ * coalesce(ln(nullif(v_, 0)), 0)))
                              - list_sum(p_) * coalesce(ln(nullif(list_avg(p_), 0)), 0)))
               / nullif(list_sum(non_negative_list(flatten(groups))), 0));

-- The same from the values and, in the same order, the group of each
CREATE OR REPLACE MACRO theil_t_between(y, g) AS
    theil_t_between_groups(grouped_lists(y, g));

CREATE OR REPLACE MACRO theil_t_within(y, g) AS
    theil_t_within_groups(grouped_lists(y, g));

-- Between groups: sum (n_g / n) ln(mean / mean_g)
CREATE OR REPLACE MACRO theil_l_between(y, g) AS
    CASE WHEN positive_list(y) IS NOT NULL
         THEN clip_noise(ln(nullif(list_avg(positive_list(y)), 0))
                         - list_sum(list_transform(grouped_lists(y, g),
                                                   lambda p_: len(p_) * ln(nullif(list_avg(p_), 0))))
                               / nullif(len(y), 0)) END;

-- Within groups: sum (n_g / n) L_g
CREATE OR REPLACE MACRO theil_l_within(y, g) AS
    CASE WHEN positive_list(y) IS NOT NULL
         THEN list_sum(list_transform(grouped_lists(y, g), lambda p_: len(p_) * theil_l(p_))) / nullif(len(y), 0) END;

-- Coefficient of variation: population sd / mean
CREATE OR REPLACE MACRO cv(y) AS
    list_stddev_pop(complete_list(y)) / nullif(list_avg(complete_list(y)), 0);

-- The same with the sample sd (n - 1): only to match a paper that used it
CREATE OR REPLACE MACRO cv_samp(y) AS
    list_stddev_samp(complete_list(y)) / nullif(list_avg(complete_list(y)), 0);

-- Williamson V_w = sqrt(sum w_i (r_i - r)^2) / r, r_i = y_i / pop_i, r = sum y / sum pop; equals sqrt(sum (s_i - w_i)^2 / w_i)
CREATE OR REPLACE MACRO williamson(y, pop) AS
    sqrt(list_sum(list_transform(population_pairs(y, pop),
                                 lambda p_: (p_[1] - p_[2]) * (p_[1] - p_[2]) / nullif(p_[2], 0))));

-- Hoover (Robin Hood, Schutz) = 1/2 sum |s_i - w_i|: the part of the total that would have to move
CREATE OR REPLACE MACRO hoover(y, pop) AS
    list_sum(list_transform(population_pairs(y, pop), lambda p_: abs(p_[1] - p_[2]))) / 2;

-- Atkinson = 1 - (mean y^(1-eps))^(1/(1-eps)) / mean y; eps = 1: 1 - geometric mean / mean; 1 where eps >= 1 meets a zero
CREATE OR REPLACE MACRO atkinson(y, eps) AS
    CASE WHEN eps IS NULL OR eps < 0 OR non_negative_list(y) IS NULL THEN NULL
         WHEN eps >= 1 AND list_min(non_negative_list(y)) = 0 THEN 1.0
         WHEN eps = 1
         THEN 1 - exp(list_avg(list_transform(non_negative_list(y), lambda v_: ln(nullif(v_, 0)))))
                  / nullif(list_avg(non_negative_list(y)), 0)
         ELSE 1 - pow(list_transform([{v: non_negative_list(y), e: (1 - eps)::DOUBLE}],
                          lambda z_: list_avg(list_transform(z_.v, lambda v_: pow(v_, z_.e))))[1],
                      1 / nullif(1 - eps, 0)::DOUBLE)
                  / nullif(list_avg(non_negative_list(y)), 0) END;

-- Largest / smallest; null where the smallest is not above zero
CREATE OR REPLACE MACRO max_min(y) AS
    list_max(positive_list(y)) / nullif(list_min(positive_list(y)), 0);

-- Largest - smallest, in the unit of the values
CREATE OR REPLACE MACRO gap(y) AS
    list_max(complete_list(y)) - list_min(complete_list(y));

-- sigma convergence: population sd of ln y; null with a zero
CREATE OR REPLACE MACRO sd_log(y) AS
    list_stddev_pop(list_transform(positive_list(y), lambda v_: ln(nullif(v_, 0))));


-- ---------------------------------------------------------------------------------------------- concentration and primacy

-- Herfindahl-Hirschman: sum s_i^2; 1/n … 1
CREATE OR REPLACE MACRO hhi(y) AS
    list_sum(list_transform(list_shares(y), lambda s_: s_ * s_));

-- (H - 1/n) / (1 - 1/n): 0 … 1 for every n; null for one unit
CREATE OR REPLACE MACRO hhi_normalised(y) AS
    (hhi(y) * len(y) - 1) / nullif(len(y) - 1, 0);

-- 1 / H: as many units of equal size would be as concentrated
CREATE OR REPLACE MACRO equivalent_number(y) AS
    1 / nullif(hhi(y), 0);

-- Share of the largest unit
CREATE OR REPLACE MACRO primacy(y) AS
    list_max(list_shares(y));

-- Largest / second; null with fewer than two units or where the second is zero
CREATE OR REPLACE MACRO two_city(y) AS
    list_transform([list_reverse_sort(non_negative_list(y))], lambda z_: z_[1] / nullif(z_[2], 0))[1];

-- Largest / (second + third + fourth); null with fewer than four units
CREATE OR REPLACE MACRO four_city(y) AS
    list_transform([list_reverse_sort(non_negative_list(y))],
                   lambda z_: z_[1] / nullif(z_[2] + z_[3] + z_[4], 0))[1];

-- What the unweighted Gini of n units cannot exceed: (n - 1) / n
CREATE OR REPLACE MACRO gini_max(n) AS
    CASE WHEN n >= 1 THEN (n - 1)::DOUBLE / nullif(n, 0) END;

-- What the CV of n units cannot exceed, all of it in one of them: sqrt(n - 1)
CREATE OR REPLACE MACRO cv_max(n) AS
    CASE WHEN n >= 1 THEN sqrt((n - 1)::DOUBLE) END;

-- What Theil T of n units cannot exceed: ln n
CREATE OR REPLACE MACRO theil_max(n) AS
    CASE WHEN n >= 1 THEN ln(nullif(n, 0)::DOUBLE) END;

-- What the HHI of n units cannot fall below: 1 / n
CREATE OR REPLACE MACRO hhi_min(n) AS
    CASE WHEN n >= 1 THEN 1.0::DOUBLE / nullif(n, 0) END;


-- ---------------------------------------------------------------------------------------------- structure of two lists

-- Krugman: sum |a_i - b_i| of shares; 0 … 2
CREATE OR REPLACE MACRO krugman(a, b) AS
    list_sum(list_transform(share_pairs(a, b), lambda p_: abs(p_[1] - p_[2])));

-- Finger-Kreinin: sum min(a_i, b_i) of shares = 1 - Krugman / 2; 0 … 1
CREATE OR REPLACE MACRO finger_kreinin(a, b) AS
    list_sum(list_transform(share_pairs(a, b), lambda p_: least(p_[1], p_[2])));

-- Cosine: sum ab / sqrt(sum a^2 sum b^2): the same for levels and for shares
CREATE OR REPLACE MACRO cosine(a, b) AS
    list_transform([share_pairs(a, b)],
        lambda z_: list_sum(list_transform(z_, lambda p_: p_[1] * p_[2]))
                   / nullif(sqrt(list_sum(list_transform(z_, lambda p_: p_[1] * p_[1]))
                                 * list_sum(list_transform(z_, lambda p_: p_[2] * p_[2]))), 0))[1];

-- Structural change: 1/2 sum |s_i1 - s_i0| = 1 - Finger-Kreinin of the two years
CREATE OR REPLACE MACRO nav(before, after) AS
    krugman(before, after) / 2;


-- ---------------------------------------------------------------------------------------------- shift-share

-- before, after: the region's industry; industry_*: the same industry in the reference; grand_*: all industries there

-- National share = e0 G
CREATE OR REPLACE MACRO national_share(before, grand_before, grand_after) AS
    before * (grand_after::DOUBLE / nullif(grand_before, 0) - 1);

-- Industry mix = e0 (G_i - G)
CREATE OR REPLACE MACRO industry_mix(before, industry_before, industry_after, grand_before, grand_after) AS
    before * (industry_after::DOUBLE / nullif(industry_before, 0) - grand_after::DOUBLE / nullif(grand_before, 0));

-- Regional share (Dunn) = e1 - e0 (1 + G_i), by levels, so that an industry starting from zero has one
CREATE OR REPLACE MACRO regional_share(before, after, industry_before, industry_after) AS
    after - before * (industry_after::DOUBLE / nullif(industry_before, 0));

-- Esteban-Marquillas: what the industry would be here, had the region the structure of the reference
CREATE OR REPLACE MACRO homothetic(region_before, industry_before, grand_before) AS
    region_before * (industry_before::DOUBLE / nullif(grand_before, 0));

-- Esteban-Marquillas regional effect = h (g - G_i); null where the industry starts from zero
CREATE OR REPLACE MACRO esteban_regional(before, after, industry_before, industry_after, region_before, grand_before) AS
    homothetic(region_before, industry_before, grand_before)
    * (after::DOUBLE / nullif(before, 0) - industry_after::DOUBLE / nullif(industry_before, 0));

-- Esteban-Marquillas allocation = (e0 - h) (g - G_i); with the regional effect it adds up to the regional share
CREATE OR REPLACE MACRO esteban_allocation(before, after, industry_before, industry_after, region_before, grand_before) AS
    (before - homothetic(region_before, industry_before, grand_before))
    * (after::DOUBLE / nullif(before, 0) - industry_after::DOUBLE / nullif(industry_before, 0));


-- Ends of the product of two intervals, at a corner whatever the signs; null where an end is missing
CREATE OR REPLACE MACRO product_low(a_low, a_high, b_low, b_high) AS
    CASE WHEN a_low + a_high + b_low + b_high IS NOT NULL
         THEN least(a_low * b_low, a_low * b_high, a_high * b_low, a_high * b_high) END;

CREATE OR REPLACE MACRO product_high(a_low, a_high, b_low, b_high) AS
    CASE WHEN a_low + a_high + b_low + b_high IS NOT NULL
         THEN greatest(a_low * b_low, a_low * b_high, a_high * b_low, a_high * b_high) END;


-- ---------------------------------------------------------------------------------------------- convergence

-- slope = regr_slope((ln y_T - ln y_0) / T, ln y_0) over the regions; years = T

-- Standard error of a slope from regr_sxx, regr_syy, regr_sxy: sqrt((Syy - Sxy^2 / Sxx) / (n - 2) / Sxx); null below three points
CREATE OR REPLACE MACRO slope_error(sxx, syy, sxy, n) AS
    CASE WHEN n > 2 THEN sqrt(greatest(syy - sxy * sxy / nullif(sxx, 0), 0) / (n - 2) / nullif(sxx, 0)) END;

-- Speed of convergence: -ln(1 + slope T) / T, T = years; negative where regions diverge; null where slope T <= -1
CREATE OR REPLACE MACRO convergence_speed(slope, years) AS
    CASE WHEN years > 0 AND 1 + slope * years > 0 THEN -ln(nullif(1 + slope * years, 0)) / years END;

-- Years until half of the distance is gone: ln 2 / speed; null where the speed is not above zero
CREATE OR REPLACE MACRO half_life(speed) AS
    CASE WHEN speed > 0 THEN ln(2) / nullif(speed, 0) END;


-- ---------------------------------------------------------------------------------------------- scores

-- (x - lowest) / (highest - lowest); lowest and highest over the pooled panel, so that years compare
CREATE OR REPLACE MACRO min_max(x, lowest, highest) AS
    (x - lowest)::DOUBLE / nullif(highest - lowest, 0);

-- (highest - x) / (highest - lowest): where less is better
CREATE OR REPLACE MACRO min_max_inverse(x, lowest, highest) AS
    (highest - x)::DOUBLE / nullif(highest - lowest, 0);

-- e = -(1 / ln m) sum p ln p, p = shares over the m pooled rows; 0 ln 0 = 0; 1 = all rows have the same value
CREATE OR REPLACE MACRO entropy_evenness(u) AS
    -list_sum(list_transform(list_shares(u), lambda s_: s_ * coalesce(ln(nullif(s_, 0)), 0)))
    / nullif(ln(nullif(len(u), 0)::DOUBLE), 0);

-- w_j = (1 - e_j) / sum (1 - e_j), from the list of evennesses of all indicators
CREATE OR REPLACE MACRO entropy_weights(evenness) AS
    list_shares(list_transform(complete_list(evenness), lambda e_: greatest(0.0::DOUBLE, 1 - e_)));

-- Systems U_1 … U_n, each in 0 … 1; null outside.
CREATE OR REPLACE MACRO unit_list(u) AS
    CASE WHEN list_max(non_negative_list(u)) <= 1 THEN non_negative_list(u) END;

-- Coupling degree, traditional: C = n (prod U)^(1/n) / sum U; two systems: 2 sqrt(U1 U2) / (U1 + U2)
CREATE OR REPLACE MACRO coupling(u) AS
    len(u) * pow(list_product(unit_list(u)), 1 / nullif(len(u), 0)::DOUBLE) / nullif(list_sum(unit_list(u)), 0);

-- Coupling degree, modified: C = sqrt((1 - mean |U_i - U_j|) prod(U_i / max U)^(1/(n-1))); null for one system
CREATE OR REPLACE MACRO coupling_modified(u) AS
    CASE WHEN unit_list(u) IS NOT NULL AND len(u) > 1
         THEN sqrt((1 - sum_pair_differences(u) / nullif(len(u) * (len(u) - 1) / 2, 0))
                   * pow(list_product(unit_list(u)) / nullif(pow(list_max(unit_list(u)), len(u)), 0),
                         1 / nullif(len(u) - 1, 0)::DOUBLE)) END;

-- Coupling coordination: D = sqrt(C T), T = weighted mean of the U (list_avg(u) with equal weights)
CREATE OR REPLACE MACRO coordination(c, t) AS
    CASE WHEN c >= 0 AND t >= 0 THEN sqrt(c * t) END;


-- ---------------------------------------------------------------------------------------------- backbone of a network

-- Disparity filter: the smaller of (1 - w / s)^(k - 1) at the two ends; k = partners with a weight above zero; null for no edge
CREATE OR REPLACE MACRO disparity_filter(w, s_i, k_i, s_j, k_j) AS
    CASE WHEN w > 0 THEN least(pow(1 - w::DOUBLE / nullif(s_i, 0), k_i - 1), pow(1 - w::DOUBLE / nullif(s_j, 0), k_j - 1)) END;

-- Factors a of quasi-independence: a_i sum(a_j, j <> i) = s_i, the row sums of a symmetric table without a diagonal; a_i a_j is expected.
-- Every step takes the mean (geometric) of a_i and of what the others need; five hundred steps settle it to the last digits.
CREATE OR REPLACE MACRO quasi_independence(s) AS
    CASE WHEN non_negative_list(s) IS NOT NULL
         THEN list_transform([non_negative_list(s)], lambda z_: list_reduce(
             list_transform(range(500), lambda k_: z_),
             lambda a_, s_: list_transform(list_zip(a_, s_),
                                           lambda p_: sqrt(p_[1] * p_[2] / nullif(list_sum(a_) - p_[1], 0))),
             list_transform(z_, lambda v_: v_ / sqrt(list_sum(z_)))))[1] END;
