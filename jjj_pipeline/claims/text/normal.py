"""Text as the reader of texts sees it: half-width, simplified, one character for each character, so that offsets stay.

Nothing is understood here.
"""

from __future__ import annotations

import unicodedata

# traditional characters of the vocabulary of statistics (names of provinces, industries, indicators, verbs of change)
_TRADITIONAL = (
    "萬與專業東兩個爲樂鄉買爭於雲產億從倉儀價衆優會傳體餘債儲黨關內農減劃創別辦務動勞區醫協單賣佔衛歷壓雙發臺號後噸員團國場壯備復娛學寧實對將爾層屬島幣師並廣莊慶庫應廢開棄張強當錄徑態總戶執擴護報擁撥換據數"
    "時顯術機權來構標樣氣滄滬濟潤漁灣點煉煙熱環現電療監礦礎碩稱築粵糧緊纖約級納紙紡組織經絨給統維綜綠縮繳網羣聯肅膠藝節蘇藥獲營裝觀規視計訂認記設識試請讀調財貨購貴費賃資車轉軟較輔輸遼達過運還進選郵鄲採裏鑑"
    "鐵銷鎮長門間聞隊際陝險項預領額風飲飾駐驗龍衹祇綫曆範麽幾纔隻徵係繫彙匯鐘鍾週髮乾幹複製準併儘盡佈為裡參處啟連續僅眾種類簡繼階勢穩趨課題論"
)
_SIMPLIFIED = (
    "万与专业东两个为乐乡买争于云产亿从仓仪价众优会传体余债储党关内农减划创别办务动劳区医协单卖占卫历压双发台号后吨员团国场壮备复娱学宁实对将尔层属岛币师并广庄庆库应废开弃张强当录径态总户执扩护报拥拨换据数"
    "时显术机权来构标样气沧沪济润渔湾点炼烟热环现电疗监矿础硕称筑粤粮紧纤约级纳纸纺组织经绒给统维综绿缩缴网群联肃胶艺节苏药获营装观规视计订认记设识试请读调财货购贵费赁资车转软较辅输辽达过运还进选邮郸采里鉴"
    "铁销镇长门间闻队际陕险项预领额风饮饰驻验龙只只线历范么几才只征系系汇汇钟钟周发干干复制准并尽尽布为里参处启连续仅众种类简继阶势稳趋课题论"
)
_OTHER = {"—": "-", "–": "-", "－": "-", "−": "-", "~": "-", "～": "-", "‑": "-", "％": "%", "﹪": "%", "“": '"', "”": '"', "﹑": "、",
          "「": '"', "」": '"', "『": '"', "』": '"', "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\u3000": " ", "\t": " ", "：": ":", "︰": ":"}  # fmt: skip
_TABLE = str.maketrans(_TRADITIONAL, _SIMPLIFIED) | {ord(k): v for k, v in _OTHER.items()}


def normalise(text: str) -> str:
    """The text in half-width and simplified characters; as long as the text."""
    text = text.translate(_TABLE)
    if text.isascii():
        return text
    folded = {c: unicodedata.normalize("NFKC", c) for c in set(text) if not c.isascii()}
    return text.translate({ord(c): f for c, f in folded.items() if len(f) == 1 and f != c})
