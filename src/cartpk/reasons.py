"""Why a number is missing (`Reason`) and what a reader should know of one that is there (`Flag`).

Arrays hold the integers; people read the sentences, in English or Chinese.
"""

from __future__ import annotations

from enum import IntEnum, IntFlag

__all__ = ["Flag", "Reason"]


class Reason(IntEnum):
    """Why a value is missing; `NONE` where it is not."""

    NONE = 0
    NO_QUANTIFIABLE_SAMPLE = 1
    NO_QUANTIFIABLE_SAMPLE_IN_WINDOW = 2
    NO_SAMPLE_AFTER_INFUSION = 3
    PEAK_AT_LAST_SAMPLE = 4
    SAMPLING_ENDS_BEFORE_HORIZON = 5
    COURSE_ENDED_BY_INFUSION = 6
    NO_TERMINAL_SLOPE = 7
    TERMINAL_PHASE_RISES = 8
    FLAT_TAIL = 9
    TOO_FEW_POINTS = 10
    GATE_FAILED = 11
    STILL_QUANTIFIABLE_AT_LAST_SAMPLE = 12
    NO_LATE_PEAK = 13
    NO_REEXPANSION = 14
    TROUGH_IS_ZERO = 15
    NO_DOSE = 16
    EXCLUDED = 17
    NO_MEASURED_SAMPLE = 18
    TOO_FEW_SAMPLES = 19
    NOT_ESTIMABLE = 20
    AT_LIMIT = 21
    STARTS_DISAGREE = 22
    SINGULAR_HESSIAN = 23
    NOT_CONVERGED = 24
    FIXED = 25
    NO_LLOQ = 26
    NOT_IN_MODEL = 27

    @property
    def sentence(self) -> str:
        """The reason in English, one sentence."""
        return _REASONS[self][0]

    @property
    def sentence_zh(self) -> str:
        """The reason in Chinese, one sentence."""
        return _REASONS[self][1]


_REASONS = {
    Reason.NONE: ("", ""),
    Reason.NO_QUANTIFIABLE_SAMPLE: (
        "No sample after the infusion was quantifiable.",
        "输注后没有任何可定量的样本。",
    ),
    Reason.NO_QUANTIFIABLE_SAMPLE_IN_WINDOW: (
        "Quantifiable values were seen only after the peak window.",
        "仅在峰值观察窗之后才出现可定量值。",
    ),
    Reason.NO_SAMPLE_AFTER_INFUSION: (
        "No sample was taken after the infusion.",
        "输注后未采集样本。",
    ),
    Reason.PEAK_AT_LAST_SAMPLE: (
        "The highest value is that of the last sample, so the true peak may come later.",
        "最高值出现在最后一个样本，真实峰值可能更晚。",
    ),
    Reason.SAMPLING_ENDS_BEFORE_HORIZON: (
        "Sampling ends too early before the horizon for the area to be known.",
        "采样在时间终点之前过早结束，无法确定该面积。",
    ),
    Reason.COURSE_ENDED_BY_INFUSION: (
        "A further infusion ended this course before the horizon.",
        "再次输注使本疗程在时间终点之前结束。",
    ),
    Reason.NO_TERMINAL_SLOPE: (
        "There is no terminal slope to extrapolate with.",
        "没有可用于外推的末端斜率。",
    ),
    Reason.TERMINAL_PHASE_RISES: (
        "The best-fitting terminal line rises, so there is no terminal decline.",
        "末端最佳拟合直线呈上升趋势，不存在末端下降相。",
    ),
    Reason.FLAT_TAIL: (
        "The terminal values do not change, so there is no terminal decline.",
        "末端各值无变化，不存在末端下降相。",
    ),
    Reason.TOO_FEW_POINTS: (
        "Too few quantifiable samples for the regression.",
        "可定量样本过少，无法回归。",
    ),
    Reason.GATE_FAILED: (
        "The value failed a quality gate, and the rules remove such values.",
        "该值未通过质量门槛，按规则予以剔除。",
    ),
    Reason.STILL_QUANTIFIABLE_AT_LAST_SAMPLE: (
        "The last sample was still quantifiable.",
        "末次样本仍可定量。",
    ),
    Reason.NO_LATE_PEAK: (
        "No value after the peak window is higher than Cmax.",
        "峰值观察窗之后没有高于Cmax的值。",
    ),
    Reason.NO_REEXPANSION: (
        "No re-expansion was observed after the peak.",
        "峰值之后未观察到再次扩增。",
    ),
    Reason.TROUGH_IS_ZERO: (
        "The value rose from a measured zero, so a fold change has no meaning.",
        "由测得的零值上升，倍数变化无意义。",
    ),
    Reason.NO_DOSE: ("No dose is given.", "未提供剂量。"),
    Reason.EXCLUDED: (
        "All samples of this profile were excluded by the plan.",
        "该曲线的全部样本已按计划排除。",
    ),
    Reason.NO_MEASURED_SAMPLE: (
        "No sample of this profile has a result.",
        "该曲线没有任何样本有结果。",
    ),
    Reason.TOO_FEW_SAMPLES: (
        "There are not more quantifiable samples than parameters to estimate.",
        "可定量样本数不多于待估参数个数。",
    ),
    Reason.NOT_ESTIMABLE: (
        "The samples do not tell this value: its standard error is above the limit, or its interval has no end.",
        "样本不足以确定该值：标准误超过限值，或其区间无界。",
    ),
    Reason.AT_LIMIT: (
        "The best fit lies at a limit of the search, so the samples do not tell the value.",
        "最佳拟合位于搜索范围的边界，样本无法确定该值。",
    ),
    Reason.STARTS_DISAGREE: (
        "Searches from different starts ended at different fits, so none of them is believed.",
        "不同初值的搜索得到不同的拟合，均不予采信。",
    ),
    Reason.SINGULAR_HESSIAN: (
        "Values far apart fit equally well: the likelihood has no curvature that tells this one.",
        "相差很大的取值拟合效果相同：似然函数在该方向无曲率，无法确定该值。",
    ),
    Reason.NOT_CONVERGED: (
        "The search did not reach a point where the likelihood is highest.",
        "搜索未能到达似然函数的最大值点。",
    ),
    Reason.FIXED: (
        "The parameter was held at a given value, so it has no interval.",
        "该参数被固定为给定值，故无区间。",
    ),
    Reason.NO_LLOQ: (
        "No limit of quantification is known for this profile.",
        "该曲线的定量下限未知。",
    ),
    Reason.NOT_IN_MODEL: (
        "The model chosen for this profile has no such quantity.",
        "为该曲线选定的模型不含此量。",
    ),
}


class Flag(IntFlag):
    """What a reader should know of a value; several may hold at once."""

    NONE = 0
    ASSUMED_ZERO_AT_INFUSION = 1 << 0
    PRE_INFUSION_USED_AT_ZERO = 1 << 1
    NEVER_QUANTIFIABLE = 1 << 2
    INTERPOLATED = 1 << 3
    ASSUMED_ZERO_AFTER_LAST_SAMPLE = 1 << 4
    INTEGRATED_TO_ACTUAL_TIME = 1 << 5
    EXTRAPOLATED = 1 << 6
    ONE_INTERVAL_DOMINATES = 1 << 7
    LAMBDA_Z_R2ADJ_LOW = 1 << 8
    LAMBDA_Z_SPAN_SHORT = 1 << 9
    LAMBDA_Z_POINTS_CHOSEN = 1 << 10
    AUC_EXTRAP_HIGH = 1 << 11
    REEXPANSION_OBSERVED = 1 << 12
    REEXPANSION_CONFIRMED = 1 << 13
    SAMPLES_LEFT_OUT = 1 << 14

    @property
    def sentence(self) -> str:
        """The meaning of a single flag in English."""
        return _FLAGS[self][0]

    @property
    def sentence_zh(self) -> str:
        """The meaning of a single flag in Chinese."""
        return _FLAGS[self][1]

    @property
    def text(self) -> str:
        """The names of all flags that hold, joined by ``;``."""
        return ";".join(f.name or "" for f in Flag if f and f in self)


_FLAGS = {
    Flag.NONE: ("", ""),
    Flag.ASSUMED_ZERO_AT_INFUSION: (
        "No usable sample at the infusion or in the 30 days before it: the value at time 0 was taken as 0.",
        "输注时或输注前30天内无可用样本：时间0的值按0计。",
    ),
    Flag.PRE_INFUSION_USED_AT_ZERO: (
        "The last sample before the infusion stands for time 0.",
        "以输注前最后一个样本代表时间0。",
    ),
    Flag.NEVER_QUANTIFIABLE: (
        "No sample after the infusion was quantifiable: the value is 0 by definition.",
        "输注后样本均不可定量：按定义取0。",
    ),
    Flag.INTERPOLATED: (
        "The value at the horizon was interpolated between two samples.",
        "时间终点处的值由相邻两个样本内插得到。",
    ),
    Flag.ASSUMED_ZERO_AFTER_LAST_SAMPLE: (
        "Sampling or usable results end before the horizon with a value below the limit: the area after it was taken as 0.",
        "采样或可用结果在时间终点之前以低于定量下限结束：其后的面积按0计。",
    ),
    Flag.INTEGRATED_TO_ACTUAL_TIME: (
        "The last sample lies before the horizon but inside its visit window: the area ends at the actual time.",
        "末次样本早于时间终点但在访视窗内：面积计算至实际时间。",
    ),
    Flag.EXTRAPOLATED: (
        "Part of the area was extrapolated with the terminal slope.",
        "部分面积由末端斜率外推得到。",
    ),
    Flag.ONE_INTERVAL_DOMINATES: (
        "More than half of the area lies between two neighbouring samples.",
        "一半以上的面积位于两个相邻样本之间。",
    ),
    Flag.LAMBDA_Z_R2ADJ_LOW: (
        "The adjusted R² of the terminal line is below the limit.",
        "末端回归的调整R²低于限值。",
    ),
    Flag.LAMBDA_Z_SPAN_SHORT: (
        "The terminal line spans fewer half-lives than the limit.",
        "末端回归所跨半衰期数少于限值。",
    ),
    Flag.LAMBDA_Z_POINTS_CHOSEN: (
        "The points of the terminal line were chosen by hand.",
        "末端回归的点由人工选定。",
    ),
    Flag.AUC_EXTRAP_HIGH: (
        "More of the area is extrapolated than the limit allows.",
        "外推面积所占比例超过限值。",
    ),
    Flag.REEXPANSION_OBSERVED: (
        "Re-expansion was observed in a single sample; assay noise alone can show one.",
        "仅单个样本显示再次扩增；检测噪声本身即可造成此现象。",
    ),
    Flag.REEXPANSION_CONFIRMED: (
        "Re-expansion was shown by at least two samples in a row.",
        "至少连续两个样本显示再次扩增。",
    ),
    Flag.SAMPLES_LEFT_OUT: (
        "A measured 0, or a result below a limit that is not known, could not enter the fit.",
        "测得的0值或定量下限未知的低值未能纳入拟合。",
    ),
}
