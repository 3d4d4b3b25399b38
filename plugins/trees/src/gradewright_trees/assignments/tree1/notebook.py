# %% [markdown] lang="zh"
# # 划分准则：决策树该先问什么？
#
# 医生问诊、客服分流、玩“二十个问题”，做的是同一件事：每一步挑一个最有用的问题，让剩下的不确定性尽快变小。
# **决策树**（decision tree）把这件事交给算法：在每个结点上选一个属性，按它的取值把样本分开。
# 选哪个属性，由**划分准则**（split criterion）决定，这就是本次作业的主题。
#
# 你将亲手实现三代经典算法的准则，并弄清它们各自偏爱什么样的属性：
#
# | 算法 | 准则 | 问题 |
# |---|---|---|
# | ID3（Quinlan 1986） | 信息增益 | q1、q2 |
# | C4.5（Quinlan 1993） | 增益率，外加“平均增益”筛选 | q3、q4 |
# | CART（Breiman 等 1984） | 基尼不纯度，二元划分 | q5 |
# | 三者对比 | 编号列为什么总能赢 | q6、q7 |
#
# **通用约定**
#
# - `y` 是 $n$ 个标签，`x` 是一个属性的 $n$ 个取值，它们是列表、元组或一维 NumPy 数组；标签和取值是字符串、整数等可哈希的对象。
# - `X` 是 $n$ 行 $d$ 列的表（$n \ge 1$，$d \ge 1$）：由行组成的列表，或二维 NumPy 数组。同一张表里的取值要么全是字符串，要么全是整数，所以 `np.asarray(X)` 是安全的；第 $j$ 列可写作 `[row[j] for row in X]`。列号从 0 开始。
# - 返回小数的函数返回 `float`（`np.float64` 也可以）；返回列号的函数返回整数。不要改动传入的参数。
# - 只用 Python 标准库和 NumPy（画图用 matplotlib）；不可用 scipy、sklearn、torch、pandas。
# - 后面的题可以直接调用前面写好的函数。前一题没做对，不会连累后一题：评分时会换上正确的版本再试一次。
#
# 每题之后有一个 `check(...)`，它运行公开检查；评分时还有用随机数据的隐藏检查。

# %% [markdown] lang="en"
# # Split criteria: which question should a decision tree ask first?
#
# A doctor taking a history, a help desk routing a call, a player of Twenty Questions: all of them look for the question that leaves
# the least doubt. A **decision tree** lets an algorithm do this. At every node it picks one attribute and sends the samples down one
# branch per answer. Which attribute it picks is settled by its **split criterion**, the subject of this assignment.
#
# You will write the criteria of three classic algorithms and find out what each of them has a weakness for:
#
# | algorithm | criterion | questions |
# |---|---|---|
# | ID3 (Quinlan 1986) | information gain | q1, q2 |
# | C4.5 (Quinlan 1993) | gain ratio, after a filter by average gain | q3, q4 |
# | CART (Breiman et al. 1984) | Gini impurity, binary splits | q5 |
# | all three | why an ID column keeps winning | q6, q7 |
#
# **Conventions**
#
# - `y` holds $n$ labels, `x` the $n$ values of one attribute. Both are lists, tuples or 1-D NumPy arrays; labels and values are strings, integers or other hashable objects.
# - `X` is a table of $n$ rows and $d$ columns ($n \ge 1$, $d \ge 1$): a list of rows, or a 2-D NumPy array. The values of one table are all strings or all integers, so `np.asarray(X)` is safe; column $j$ is `[row[j] for row in X]`. Columns count from 0.
# - Where a number is asked for, return a `float` (`np.float64` will do); where a column is asked for, an integer. Do not change the arguments.
# - Use the standard library and NumPy only (matplotlib for plots); scipy, sklearn, torch and pandas are not allowed.
# - Later questions may call your earlier functions. An earlier mistake does not drag a later question down: grading tries it again with a correct version.
#
# After each question `check(...)` runs the public checks. Grading adds hidden ones on random data.

# %% role="setup"
import math
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import NDArray

# %% [markdown] lang="zh"
# ## 数据：去不去打高尔夫
#
# 这 14 天的记录来自 Quinlan（1986），几乎每本教材都用它。四个属性：天气 `outlook`、气温 `temperature`、湿度 `humidity`、刮风 `windy`；标签是当天打没打球 `play`。
# `X_golf` 是 14×4 的表，`y_golf` 是 14 个标签。`X_id` 在最左边多了一列“编号”（第几天），每个值只出现一次；在 q6、q7 里它会是主角。

# %% [markdown] lang="en"
# ## The data: play golf or not?
#
# These 14 days are from Quinlan (1986) and stand in almost every textbook. Four attributes (`outlook`, `temperature`, `humidity`, `windy`), and the label `play`: was golf played that day?
# `X_golf` is the 14×4 table, `y_golf` the 14 labels. `X_id` has one more column on the left, the number of the day, in which no value occurs twice. It will play the leading part in q6 and q7.

# %% role="given"
ATTRIBUTES = ["outlook", "temperature", "humidity", "windy"]
GOLF = [  # the four attributes, then: was golf played?
    ["sunny", "hot", "high", "false", "no"],
    ["sunny", "hot", "high", "true", "no"],
    ["overcast", "hot", "high", "false", "yes"],
    ["rain", "mild", "high", "false", "yes"],
    ["rain", "cool", "normal", "false", "yes"],
    ["rain", "cool", "normal", "true", "no"],
    ["overcast", "cool", "normal", "true", "yes"],
    ["sunny", "mild", "high", "false", "no"],
    ["sunny", "cool", "normal", "false", "yes"],
    ["rain", "mild", "normal", "false", "yes"],
    ["sunny", "mild", "normal", "true", "yes"],
    ["overcast", "mild", "high", "true", "yes"],
    ["overcast", "hot", "normal", "false", "yes"],
    ["rain", "mild", "high", "true", "no"],
]
X_golf = [row[:4] for row in GOLF]
y_golf = [row[4] for row in GOLF]
X_id = [[f"D{day:02d}", *row] for day, row in enumerate(X_golf, start=1)]

# %% [markdown] lang="zh"
# ## q1 信息熵（15 分）
#
# **为什么** 要说一个问题“减少了多少不确定性”，先得能量出不确定性。Shannon（1948）给出了量法：**熵**（entropy）。
#
# **直观** 概率为 $p$ 的事发生了，我们得到 $\log_2 \frac{1}{p}$ 比特的信息：越稀罕，越出人意料。熵就是平均的意外程度。一枚均匀硬币每次带来 1 比特；两面都是正面的硬币，一点信息也没有。
#
# **公式** 设 $K$ 个类在 $y$ 中出现，第 $k$ 类的频率是 $p_k$（个数除以 $n$），则
#
# $$H(y) = -\sum_{k=1}^{K} p_k \log_b p_k$$
#
# 其中 $b$ 是对数的底。$b = 2$ 时单位是**比特**（bit），$b = e$ 时是**奈特**（nat）。换底公式：$\log_b a = \ln a / \ln b$。没有出现的类不计入求和，因为 $p \to 0$ 时 $p \log p \to 0$。
#
# **手算** 标签 `["yes", "yes", "yes", "no"]`：$p = \frac34, \frac14$。$H = \frac34 \log_2 \frac43 + \frac14 \log_2 4 \approx 0.311 + 0.5 = 0.811$ 比特。
# 高尔夫数据有 9 个 yes、5 个 no，$H \approx 0.940$，接近一枚均匀硬币。
#
# 运行下面的代码看两个类的熵怎样随 $p$ 变化：两端为 0，正中最大。

# %% [markdown] lang="en"
# ## q1 Entropy (15 points)
#
# **Why** To say how much doubt a question removes we must first measure doubt. Shannon (1948) showed how: by **entropy**.
#
# **In words** When something of probability $p$ happens, we learn $\log_2 \frac{1}{p}$ bits: the rarer, the more surprising. Entropy is the average surprise. A fair coin brings 1 bit a toss, a coin with two heads nothing at all.
#
# **Formula** Let $K$ classes occur in $y$, and let $p_k$ be the frequency of class $k$ (its count divided by $n$). Then
#
# $$H(y) = -\sum_{k=1}^{K} p_k \log_b p_k$$
#
# where $b$ is the base of the logarithm: $b = 2$ gives **bits**, $b = e$ gives **nats**. To change the base use $\log_b a = \ln a / \ln b$. Classes that do not occur are left out, because $p \log p \to 0$ as $p \to 0$.
#
# **By hand** The labels `["yes", "yes", "yes", "no"]` have $p = \frac34, \frac14$, so $H = \frac34 \log_2 \frac43 + \frac14 \log_2 4 \approx 0.311 + 0.5 = 0.811$ bits.
# The golf table has 9 yes and 5 no: $H \approx 0.940$, nearly a fair coin.
#
# Run the next cell to see how the entropy of two classes depends on $p$: zero at both ends, largest in the middle.

# %% role="explore"
p = np.linspace(0.001, 0.999, 400)
bits = p * np.log2(1 / p) + (1 - p) * np.log2(1 / (1 - p))
plt.figure(figsize=(5, 3.2))
plt.plot(p, bits, label="base 2 (bits)")
plt.plot(p, bits * math.log(2), "--", label="base e (nats)")
plt.plot([3 / 4, 9 / 14], [0.811, 0.940], "o", color="black")
plt.annotate("3 yes, 1 no", (3 / 4, 0.811), xytext=(0.79, 0.83))
plt.annotate("golf: 9 yes, 5 no", (9 / 14, 0.940), xytext=(0.67, 0.96))
plt.xlabel("p, the share of one of two classes")
plt.ylabel("entropy")
plt.ylim(0, 1.1)
plt.legend(loc="lower center")
plt.show()

# %% [markdown] lang="zh"
# **任务** 实现 `entropy(y, base=2.0)`，返回 `float`。
#
# - 空序列返回 `0.0`；只有一个类时为 0。
# - 标签可以是任意可哈希对象：字符串、整数（可以不连续，如 0 和 7），也可以是元组。`collections.Counter` 对它们都适用。

# %% [markdown] lang="en"
# **Your task** Write `entropy(y, base=2.0)`, which returns a `float`.
#
# - An empty sequence gives `0.0`; so does a single class.
# - Labels may be any hashable objects: strings, integers (with gaps, such as 0 and 7), also tuples. `collections.Counter` takes them all.

# %% question="tree1.q1" of="entropy"

# %% check="tree1.q1"

# %% [markdown] lang="zh"
# **想一想** 8 个类的熵最大是多少比特？什么时候取到？（提示：用“是 / 否”问题猜一个 1 到 8 的数，最少要问几次？）

# %% [markdown] lang="en"
# **Think** What is the largest entropy of 8 classes, and when is it reached? (Hint: how many yes/no questions does it take to find a number from 1 to 8?)

# %% [markdown] lang="zh"
# ## q2 信息增益（15 分）
#
# **为什么** 一个好问题问完之后，每个分支里的标签应当更“纯”。**信息增益**（information gain）就是问过之后熵平均下降了多少。ID3 每次选增益最大的属性。
#
# **公式** 属性 $x$ 每有一个取值 $v$ 就有一个分支：$y_v$ 是 $x = v$ 的那些样本的标签，共 $n_v$ 个，总数 $n = \sum_v n_v$。
#
# $$\mathrm{Gain}(x, y) = H(y) - \sum_{v} \frac{n_v}{n} H(y_v)$$
#
# 权重 $n_v / n$ 不可少：随便拿一个样本，它落入大分支的机会更大。增益不会是负的，也不会超过 $H(y)$。
#
# **手算** 6 个样本：
#
# | x | a | a | b | b | b | b |
# |---|---|---|---|---|---|---|
# | y | + | − | + | + | + | − |
#
# 划分前 4 正 2 负，$H(y) \approx 0.918$。分支 a 为 1 正 1 负，熵为 1；分支 b 为 3 正 1 负，熵约 0.811。
# 划分后的平均熵是 $\frac26 \cdot 1 + \frac46 \cdot 0.811 \approx 0.874$，增益约 $0.044$ 比特：这个属性没什么用。
#
# 下图把高尔夫的 14 天按天气分开。overcast 那一支已经是纯的，熵降到了 0。

# %% [markdown] lang="en"
# ## q2 Information gain (15 points)
#
# **Why** After a good question the labels within each branch are purer. **Information gain** is how much the entropy drops on average. ID3 always picks the attribute with the largest gain.
#
# **Formula** Every value $v$ of the attribute $x$ has a branch: $y_v$ are the labels of the samples with $x = v$, there are $n_v$ of them, and $n = \sum_v n_v$ in all.
#
# $$\mathrm{Gain}(x, y) = H(y) - \sum_{v} \frac{n_v}{n} H(y_v)$$
#
# The weights $n_v / n$ matter: a sample picked at random is more likely to be in a large branch. The gain is never negative and never above $H(y)$.
#
# **By hand** Six samples:
#
# | x | a | a | b | b | b | b |
# |---|---|---|---|---|---|---|
# | y | + | − | + | + | + | − |
#
# Before the split there are 4 plus and 2 minus, $H(y) \approx 0.918$. Branch a holds one of each, entropy 1; branch b holds 3 plus and 1 minus, entropy 0.811.
# After the split the average is $\frac26 \cdot 1 + \frac46 \cdot 0.811 \approx 0.874$, so the gain is about $0.044$ bits: not much of an attribute.
#
# The figure splits the 14 days of golf by outlook. The branch of overcast is already pure; nothing is left to ask there.

# %% role="explore"
groups = ["all", "sunny", "overcast", "rain"]
yes = [sum(row[4] == "yes" for row in GOLF if g in ("all", row[0])) for g in groups]
no = [sum(row[4] == "no" for row in GOLF if g in ("all", row[0])) for g in groups]
plt.figure(figsize=(5, 3.2))
plt.bar(groups, yes, label="play = yes")
plt.bar(groups, no, bottom=yes, label="play = no", hatch="//", alpha=0.7)
for place, (top, text) in enumerate(
    zip([14, 5, 4, 5], ["0.940", "0.971", "0", "0.971"], strict=True)
):
    plt.text(place, top + 0.3, f"H = {text}", ha="center")
plt.ylabel("number of days")
plt.ylim(0, 16)
plt.title("golf, split by outlook")
plt.legend()
plt.show()

# %% [markdown] lang="zh"
# **任务** 实现 `information_gain(x, y)`，返回以比特为单位的 `float`。
#
# - 多路划分：`x` 的每个不同取值一个分支。`x` 与 `y` 等长；$n = 0$ 时返回 `0.0`。
# - 舍入误差可能给出 $-10^{-16}$ 这样的结果，无须特别处理。

# %% [markdown] lang="en"
# **Your task** Write `information_gain(x, y)`, which returns a `float` in bits.
#
# - The split is multiway: one branch for each different value of `x`. `x` and `y` have the same length; for $n = 0$ return `0.0`.
# - Rounding may give something like $-10^{-16}$; you need not treat that specially.

# %% question="tree1.q2" of="information_gain"

# %% check="tree1.q2"

# %% [markdown] lang="zh"
# **想一想** 若 `x` 是编号（每个值只出现一次），增益等于多少？用它来预测第 15 天，能行吗？

# %% [markdown] lang="en"
# **Think** If `x` is an ID, in which no value occurs twice, what is its gain? Could it predict day 15?

# %% [markdown] lang="zh"
# ## q3 固有值与增益率（15 分）
#
# **为什么** 信息增益偏爱取值多的属性：分得越细，每一支样本越少，越容易“碰巧”变纯。C4.5 的对策是给分得又多又匀的属性加上代价。
#
# **直观** 先不管标签，只问：一个样本会落到哪一支？这个问题自己也有熵，称为**固有值**（intrinsic value，IV；又叫分裂信息，split information）。
#
# **公式** $n_v$ 是取值 $v$ 的样本数，
#
# $$\mathrm{IV}(x) = -\sum_{v} \frac{n_v}{n} \log_2 \frac{n_v}{n}, \qquad \mathrm{GainRatio}(x, y) = \frac{\mathrm{Gain}(x, y)}{\mathrm{IV}(x)}$$
#
# **三点提醒**
#
# - IV 是分支**大小**的熵，不是分支的个数；$V$ 个分支时，$\log_2 V$ 只是它的上限。若一支占去几乎所有样本，IV 就接近 0；两支一样大时恰好 1 比特。
# - IV 只由 `x` 决定，与标签无关。
# - 常数列只有一支，IV = 0，除法没有意义。它什么也没分开，所以规定增益率为 0。
#
# **手算** 沿用上题的 6 个样本：两支的大小是 2 和 4，$\mathrm{IV} = \frac13 \log_2 3 + \frac23 \log_2 \frac32 \approx 0.918$，增益率 $\approx 0.044 / 0.918 \approx 0.048$。
#
# 下图是把 14 个样本分成几支的四种分法，灰条是上限 $\log_2 V$。

# %% [markdown] lang="en"
# ## q3 Intrinsic value and gain ratio (15 points)
#
# **Why** Information gain is biased towards attributes with many values: the finer the split, the fewer samples in a branch, and the easier it becomes pure by chance. C4.5 makes attributes pay for spreading the samples over many even branches.
#
# **In words** Forget the labels and ask: which branch will a sample take? That question has an entropy of its own, the **intrinsic value** (IV, also called split information).
#
# **Formula** With $n_v$ samples of value $v$,
#
# $$\mathrm{IV}(x) = -\sum_{v} \frac{n_v}{n} \log_2 \frac{n_v}{n}, \qquad \mathrm{GainRatio}(x, y) = \frac{\mathrm{Gain}(x, y)}{\mathrm{IV}(x)}$$
#
# **Three warnings**
#
# - IV is the entropy of the branch **sizes**, not the number of branches; for $V$ branches $\log_2 V$ is only an upper bound. When one branch takes almost everything, IV is near 0; two equal branches give exactly 1 bit.
# - IV depends on `x` alone; the labels play no part.
# - A constant column has a single branch and IV = 0, so the quotient means nothing. It separates nothing, and we define its ratio as 0.
#
# **By hand** The six samples of q2 have branches of size 2 and 4: $\mathrm{IV} = \frac13 \log_2 3 + \frac23 \log_2 \frac32 \approx 0.918$, and the gain ratio is about $0.044 / 0.918 \approx 0.048$.
#
# The figure shows four ways to spread 14 samples; the grey bars are the bound $\log_2 V$.

# %% role="explore"
ways = ["13 + 1", "7 + 7", "5 + 4 + 5", "14 times 1"]
place = np.arange(4)
plt.figure(figsize=(5, 3.2))
plt.bar(place - 0.2, [0.371, 1.0, 1.577, 3.807], width=0.4, label="IV")
plt.bar(place + 0.2, [1.0, 1.0, 1.585, 3.807], width=0.4, color="lightgray", label="log2(V)")
plt.xticks(place, ways)
plt.xlabel("sizes of the branches")
plt.ylabel("bits")
plt.legend()
plt.show()

# %% [markdown] lang="zh"
# **任务** 实现两个函数，都返回 `float`，单位为比特。
#
# - `intrinsic_value(x)`：只有一个取值或 $n = 0$ 时为 `0.0`。
# - `gain_ratio(x, y)`：IV 小于 `1e-12` 时返回 `0.0`。

# %% [markdown] lang="en"
# **Your task** Write two functions; both return a `float`, in bits.
#
# - `intrinsic_value(x)`: `0.0` for a single value and for $n = 0$.
# - `gain_ratio(x, y)`: `0.0` if IV is below `1e-12`.

# %% question="tree1.q3" of="intrinsic_value, gain_ratio"

# %% check="tree1.q3"

# %% [markdown] lang="zh"
# **想一想** 有 14 行的表，编号列的 IV 是多少？行数变成 1400 呢？分母长得够快吗？

# %% [markdown] lang="en"
# **Think** What is the IV of the ID column of 14 rows, and of 1400 rows? Does the denominator grow fast enough?

# %% [markdown] lang="zh"
# ## q4 C4.5 的属性选择（20 分）
#
# **为什么** 增益率也有自己的偏爱：分母 IV 很小时它会虚高。一个只切下一两个样本的属性，增益微不足道，增益率却可能最大。
#
# **直观** C4.5 分两步：先用增益做海选，只留下增益**不低于平均**的属性；再在它们之中比增益率。
#
# **公式** 设第 $j$ 列的增益为 $g_j$，增益率为 $r_j$，$\bar g = \frac1d \sum_{j} g_j$ 是**全部** $d$ 列的平均增益，则
#
# $$j^{*} = \arg\max_{j:\ g_j \ge \bar g} r_j$$
#
# 注意是“不低于”（$\ge$），不是“高于”（$>$）：若所有增益都相等，严格的不等号会一个也不留。
#
# **手算** 三个属性：
#
# | 属性 | 增益 | IV | 增益率 |
# |---|---|---|---|
# | A | 0.30 | 2.0 | 0.15 |
# | B | 0.24 | 1.2 | 0.20 |
# | C | 0.06 | 0.2 | 0.30 |
#
# 平均增益 0.20，C 被筛掉；A、B 之中 B 的增益率大，所以选 **B**。只看增益会选 A，只看增益率会选 C。
#
# 在下图里，横轴是 IV，纵轴是增益，从原点到一点的连线的斜率就是增益率。横线（平均增益）以下的点出局；线上的点里，连线最陡的胜出。

# %% [markdown] lang="en"
# ## q4 How C4.5 selects an attribute (20 points)
#
# **Why** The gain ratio has a weakness of its own: it is inflated when the IV below the fraction line is tiny. An attribute that cuts off one or two samples gains next to nothing and may still have the best ratio.
#
# **In words** C4.5 takes two steps. First a qualifying round: only attributes of **at least average** gain go on. Then the best gain ratio among them wins.
#
# **Formula** Let $g_j$ be the gain of column $j$, $r_j$ its gain ratio, and $\bar g = \frac1d \sum_{j} g_j$ the average gain of **all** $d$ columns. Then
#
# $$j^{*} = \arg\max_{j:\ g_j \ge \bar g} r_j$$
#
# It says at least ($\ge$), not above ($>$): if all gains were equal, the strict sign would leave nobody in the race.
#
# **By hand** Three attributes:
#
# | attribute | gain | IV | gain ratio |
# |---|---|---|---|
# | A | 0.30 | 2.0 | 0.15 |
# | B | 0.24 | 1.2 | 0.20 |
# | C | 0.06 | 0.2 | 0.30 |
#
# The average gain is 0.20, so C is out. Of A and B, B has the better ratio: **B** is chosen. Gain alone would choose A, the ratio alone C.
#
# In the figure the horizontal axis is IV and the vertical one the gain, so the slope of the line from the origin to a point is its gain ratio. Points below the dashed line (average gain) are out; of the others, the steepest line wins.

# %% role="explore"
plt.figure(figsize=(5, 3.2))
for name, gain, iv in [("A", 0.30, 2.0), ("B", 0.24, 1.2), ("C", 0.06, 0.2)]:
    plt.plot([0, iv], [0, gain], color="gray", linewidth=1)
    plt.plot(iv, gain, "o", color="tab:blue" if gain >= 0.2 else "lightgray", markersize=9)
    plt.text(iv + 0.08, gain - 0.018, f"{name}: ratio {gain / iv:.2f}")
plt.axhline(0.20, linestyle="--", color="black")
plt.text(0.02, 0.208, "average gain")
plt.xlabel("intrinsic value (bits)")
plt.ylabel("information gain (bits)")
plt.xlim(0, 3)
plt.ylim(0, 0.36)
plt.show()

# %% [markdown] lang="zh"
# **任务** 实现 `c45_select(X, y)`，返回所选的列号（`int`）。浮点数求和的次序会影响最后几位，因此比较时留 `1e-12` 的余量：
#
# - 若所有列的增益都小于 `1e-12`，返回 `-1`：没有值得划分的属性。
# - 否则留下满足“增益 ≥ 平均增益 − 1e-12”的列。
# - 其中增益率最大者胜；与最大值相差不超过 `1e-12` 的算并列，取列号最小者。

# %% [markdown] lang="en"
# **Your task** Write `c45_select(X, y)`, which returns the chosen column (an `int`). The order of a floating-point sum changes its last digits, so leave `1e-12` of room in comparisons:
#
# - If every gain is below `1e-12`, return `-1`: no attribute is worth a split.
# - Otherwise keep the columns with gain ≥ average gain − 1e-12.
# - The largest gain ratio among them wins; ratios within `1e-12` of the largest are tied, and the lowest column wins.

# %% question="tree1.q4" of="c45_select"

# %% check="tree1.q4"

# %% [markdown] lang="zh"
# **想一想** 往表里添几列毫无用处的属性（增益约为 0），平均增益会怎样？会让更多还是更少的属性通过海选？

# %% [markdown] lang="en"
# **Think** Add some useless columns (gain about 0) to a table. What happens to the average gain, and do more or fewer attributes qualify?

# %% [markdown] lang="zh"
# ## q5 基尼不纯度与 CART 的二元划分（20 分）
#
# **为什么** CART 换了一把尺子，也换了提问方式：它只问“是 / 否”。每次只分两支，取值多的属性就占不到分得细的便宜。
#
# **直观** 从一堆标签里有放回地抽两个，它们不同的概率就是**基尼不纯度**（Gini impurity）。越混杂，越容易抽到不同的。
# 不要和经济学里衡量贫富差距的“基尼系数”（Gini coefficient）混淆，那是另一个量。
#
# **公式** $p_k$ 是第 $k$ 类的频率。两次都抽到第 $k$ 类的概率是 $p_k^2$，所以
#
# $$G(y) = 1 - \sum_{k} p_k^2$$
#
# 一个检验把 $N$ 个样本分成通过的 $N_1$ 个（标签 $y_1$）和不通过的 $N_2$ 个（标签 $y_2$），划分后的不纯度是
#
# $$G_{\mathrm{split}} = \frac{N_1}{N} G(y_1) + \frac{N_2}{N} G(y_2)$$
#
# CART 的检验总是二元的：连续属性与阈值比大小，类别属性看取值是否属于某个子集。本题只考虑最简单的子集，即单个取值：“第 $j$ 列等于 $v$ 吗？”
#
# **手算** 标签 `[+, +, +, −, −]`：$G = 1 - (\frac{9}{25} + \frac{4}{25}) = 0.48$。若前两个样本通过检验，一侧 `[+, +]` 的不纯度是 0，另一侧 `[+, −, −]` 是 $1 - (\frac19 + \frac49) \approx 0.444$，加权后 $\frac25 \cdot 0 + \frac35 \cdot 0.444 \approx 0.267$。
#
# 下图比较三种量不纯的尺子（两个类）。熵的一半与基尼不纯度十分接近，所以两种准则选出的划分往往相同。

# %% [markdown] lang="en"
# ## q5 Gini impurity and the binary splits of CART (20 points)
#
# **Why** CART changes the ruler, and also the way of asking: its questions are all yes/no. With two branches at a time, an attribute of many values cannot profit from a fine split.
#
# **In words** Draw two labels with replacement. The chance that they differ is the **Gini impurity**: the more mixed the labels, the more often they do.
# It is not the Gini coefficient of economics, which measures inequality of incomes.
#
# **Formula** Let $p_k$ be the frequency of class $k$. Both draws give class $k$ with probability $p_k^2$, so
#
# $$G(y) = 1 - \sum_{k} p_k^2$$
#
# A test divides $N$ samples into $N_1$ that pass (labels $y_1$) and $N_2$ that do not (labels $y_2$). The impurity after the split is
#
# $$G_{\mathrm{split}} = \frac{N_1}{N} G(y_1) + \frac{N_2}{N} G(y_2)$$
#
# Tests in CART are always binary: a continuous attribute is compared with a threshold, a categorical one is asked whether its value is in some subset. Here we take the simplest subsets, single values: "is column $j$ equal to $v$?"
#
# **By hand** The labels `[+, +, +, −, −]` have $G = 1 - (\frac{9}{25} + \frac{4}{25}) = 0.48$. If the first two pass the test, one side is `[+, +]` with impurity 0, the other `[+, −, −]` with $1 - (\frac19 + \frac49) \approx 0.444$. Weighted: $\frac25 \cdot 0 + \frac35 \cdot 0.444 \approx 0.267$.
#
# The figure compares three rulers for two classes. Half the entropy is so close to the Gini impurity that both criteria often choose the same split.

# %% role="explore"
p = np.linspace(0.001, 0.999, 400)
plt.figure(figsize=(5, 3.2))
plt.plot(p, 2 * p * (1 - p), label="Gini impurity")
plt.plot(p, (p * np.log2(1 / p) + (1 - p) * np.log2(1 / (1 - p))) / 2, "--", label="entropy / 2")
plt.plot(p, np.minimum(p, 1 - p), ":", label="error of the majority vote")
plt.xlabel("p, the share of one of two classes")
plt.ylabel("impurity")
plt.legend(loc="lower center")
plt.show()

# %% [markdown] lang="zh"
# **任务** 实现三个函数：
#
# - `gini(y)`：返回 `float`；只有一个类或空序列时为 `0.0`。
# - `gini_split(mask, y)`：`mask` 是形状 $(n,)$ 的 NumPy 布尔数组，`True` 表示通过检验；`y` 可以是列表。返回 `float`。若一侧为空，结果就是 `gini(y)`；$n = 0$ 时为 `0.0`。
# - `cart_best_split(X, y)`：在所有“第 $j$ 列等于 `value`”的检验中找不纯度最小的，返回三元组 `(j, value, g)`，`g` 是该检验的 `gini_split`。
#   - 两侧都至少要有一个样本，才算一个划分；常数列因此没有划分。
#   - 不纯度相差不超过 `1e-12` 算并列：先取最小的 `j`，再取最小的 `value`（同一列的取值可以用 `<` 比较，字符串按字典序）。只有两个取值的列总会并列，因为“等于 a”和“等于 b”是同一个划分。
#   - 若每一列都是常数，返回 `(-1, None, gini(y))`。

# %% [markdown] lang="en"
# **Your task** Write three functions:
#
# - `gini(y)` returns a `float`; `0.0` for a single class and for an empty sequence.
# - `gini_split(mask, y)`: `mask` is a NumPy boolean array of shape $(n,)$, `True` for the samples that pass; `y` may be a list. Returns a `float`. With an empty side the result is `gini(y)`; for $n = 0$ it is `0.0`.
# - `cart_best_split(X, y)` finds, among all tests "column $j$ equals `value`", the one of least impurity and returns the triple `(j, value, g)`, where `g` is the `gini_split` of that test.
#   - A test is a split only if at least one sample is on each side; a constant column has none.
#   - Impurities within `1e-12` are tied: the lowest `j` wins, then the smallest `value` (values of one column can be compared with `<`; strings in dictionary order). A column of two values always ties with itself, because "equals a" and "equals b" are the same split.
#   - If every column is constant, return `(-1, None, gini(y))`.

# %% question="tree1.q5" of="gini, gini_split, cart_best_split"

# %% check="tree1.q5"

# %% [markdown] lang="zh"
# **想一想** 一个有 5 个取值的属性，分成两个非空子集共有几种方法？（不计左右次序。）单个取值的检验只占其中几种？

# %% [markdown] lang="en"
# **Think** In how many ways can the 5 values of an attribute be divided into two non-empty subsets (left and right do not matter)? How many of these are tests of a single value?

# %% [markdown] lang="zh"
# ## q6 三种准则的排序（5 分）
#
# 现在让三种方法给同一张表的各列排队，看看它们对编号列的态度。
#
# **任务** 实现 `rank_attributes(X, y)`，返回字典，有三个键，每个值是列号的列表，最好的在前：
#
# - `'id3'`：按信息增益从大到小。
# - `'c45'`：增益不低于平均（增益 ≥ 平均 − 1e-12，同 q4）的列排在前面，其余的在后面；前后两组内部都按增益率从大到小。
# - `'cart'`：按该列最好的检验“列 == 值”的 `gini_split` 从**小**到大；常数列没有检验，按 `gini(y)` 计。
#
# 得分相差小于 `1e-12` 算并列，列号小的在前。例如三列的表可能得到 `{"id3": [2, 0, 1], "c45": [0, 2, 1], "cart": [0, 1, 2]}`。

# %% [markdown] lang="en"
# ## q6 Three rankings (5 points)
#
# Now let the three methods rank the columns of one table, and see what they think of an ID column.
#
# **Your task** Write `rank_attributes(X, y)`. It returns a dict of three keys; each value is a list of columns, the best first:
#
# - `'id3'`: by information gain, largest first.
# - `'c45'`: the columns of at least average gain (gain ≥ average − 1e-12, as in q4) come first, all others after them; within both groups by gain ratio, largest first.
# - `'cart'`: by the `gini_split` of the column's best test "column == value", **smallest** first; a constant column has no test and counts as `gini(y)`.
#
# Scores that differ by less than `1e-12` are tied, and the lower column comes first. A table of three columns might give `{"id3": [2, 0, 1], "c45": [0, 2, 1], "cart": [0, 1, 2]}`.

# %% question="tree1.q6" of="rank_attributes"

# %% check="tree1.q6"

# %% [markdown] lang="zh"
# 试一试：在带编号的表上看三种排序，再算出编号列与天气各自的增益、IV 和增益率，q7 会用到。去掉下面的注释符号即可运行。

# %% [markdown] lang="en"
# Try it: look at the three rankings of the table with the ID, then compute gain, IV and gain ratio of the ID and of outlook. You will need them in q7. Remove the comment signs to run the cell.

# %% role="explore"
names = ["ID", *ATTRIBUTES]
# for method, order in rank_attributes(X_id, y_golf).items():
#     print(method, [names[j] for j in order])
# for j in (0, 1):
#     column = [row[j] for row in X_id]
#     print(names[j], information_gain(column, y_golf), intrinsic_value(column), gain_ratio(column, y_golf))

# %% [markdown] lang="zh"
# ## q7 讨论：编号列为什么总赢（10 分）
#
# 常有人说“增益率解决了编号列的问题”。在这 14 行数据上并非如此：增益率减轻了偏好，却没有消除它。

# %% [markdown] lang="en"
# ## q7 Discussion: why the ID column wins (10 points)
#
# One often reads that the gain ratio solves the problem of the ID column. On these 14 rows it does not: it makes the bias smaller, but the bias is still there.

# %% [markdown] question="tree1.q7" role="manual" lang="zh"
# **请用自己的话回答（约 200 字，写在这个单元格里）：**
#
# 1. 为什么信息增益偏爱取值多的属性？编号列的增益是多少，为什么它对新的一天毫无用处？
# 2. 固有值修正了什么？编号列的 IV 是多少？
# 3. 为什么在这 14 行上修正仍然不够？比较编号列与天气的增益率（约 0.247 与 0.156），并从 $n$ 的大小解释。
# 4. 给出两个确实有效、而且不同的办法，各用一句话说明理由。
#
# *你的回答：*

# %% [markdown] question="tree1.q7" role="manual" lang="en"
# **Answer in your own words (about 150 words, in this cell):**
#
# 1. Why does information gain favour attributes with many values? What is the gain of the ID column, and why is it of no use for a new day?
# 2. What does the intrinsic value correct? What is the IV of the ID column?
# 3. Why is the correction not enough on these 14 rows? Compare the gain ratios of the ID and of outlook (about 0.247 and 0.156) and explain by the size of $n$.
# 4. Name two different remedies that do work, with one sentence each on why.
#
# *Your answer:*

# %% [markdown] lang="zh"
# ---
# **读物** C. E. Shannon, *A mathematical theory of communication*, 1948 · J. R. Quinlan, *Induction of decision trees*, Machine Learning 1, 1986 · J. R. Quinlan, *C4.5: Programs for Machine Learning*, 1993，第 2 章 · L. Breiman 等, *Classification and Regression Trees*, 1984。
#
# 交作业之前：重启内核，从头到尾运行一遍，再看一次各题的公开检查。

# %% [markdown] lang="en"
# ---
# **Further reading** C. E. Shannon, *A mathematical theory of communication*, 1948 · J. R. Quinlan, *Induction of decision trees*, Machine Learning 1, 1986 · J. R. Quinlan, *C4.5: Programs for Machine Learning*, 1993, ch. 2 · L. Breiman et al., *Classification and Regression Trees*, 1984.
#
# Before you hand in: restart the kernel, run everything from top to bottom, and look at the public checks once more.
