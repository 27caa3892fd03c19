// Results of numeric operators and functions, as PostgreSQL 15 gives them.
#include <string>

#include "gtest/gtest.h"

#include "core/types/numeric.h"
#include "heliosdb/error.h"

namespace heliosdb::types {
namespace {

enum class Operation {
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kDivideTruncated,
  kPower,
  kLog,
  kGcd,
  kLcm,
  kSqrt,
  kExp,
  kLn,
  kCeiling,
  kFloor,
  kRound,
  kTruncate,
};

struct Answer {
  Operation operation;
  const char* a;
  const char* b;
  const char* result;  // Or "ERR sqlstate message".
};

// clang-format off
constexpr Answer kAnswers[] = {
    {Operation::kAdd, "0766.55776", "961.5", "1728.05776"},
    {Operation::kAdd, "-569193350564618.56101", "669.06364", "-569193350563949.49737"},
    {Operation::kAdd, "-44762168.4", "59", "-44762109.4"},
    {Operation::kAdd, "2.34233532", "0.068", "2.41033532"},
    {Operation::kAdd, "-0.509", "15.29901779", "14.79001779"},
    {Operation::kAdd, "-5", "-697041.50769210", "-697046.50769210"},
    {Operation::kAdd, "0", "0.06", "0.06"},
    {Operation::kAdd, "6.05", "2", "8.05"},
    {Operation::kAdd, "62.84", "-0", "62.84"},
    {Operation::kAdd, "0", "0.745", "0.745"},
    {Operation::kAdd, "38965", "-6551.53904700", "32413.46095300"},
    {Operation::kAdd, "-35936022870.760", "NaN", "NaN"},
    {Operation::kAdd, "2", "850.40383e28", "8504038300000000000000000000002"},
    {Operation::kAdd, "97201.00044034", "-6.62000", "97194.38044034"},
    {Operation::kSubtract, "Infinity", "Infinity", "NaN"},
    {Operation::kSubtract, "5.70979656", "-2.07", "7.77979656"},
    {Operation::kSubtract, "9.007", "-0.72232", "9.72932"},
    {Operation::kSubtract, "9541", "565685", "-556144"},
    {Operation::kSubtract, "-917", "627517", "-628434"},
    {Operation::kSubtract, "-17736426658804901.26512112068106920007", "-9.15080", "-17736426658804892.11432112068106920007"},
    {Operation::kSubtract, "Infinity", "4102.49550550", "Infinity"},
    {Operation::kSubtract, "-0.3", "-2028.06408871049492050803", "2027.76408871049492050803"},
    {Operation::kSubtract, "6.0", "-44", "50.0"},
    {Operation::kSubtract, "-2005.10", "-55610", "53604.90"},
    {Operation::kSubtract, "-042716595828433222.748", "2.09108", "-42716595828433224.83908"},
    {Operation::kSubtract, "0", "0.745", "-0.745"},
    {Operation::kSubtract, "0", "25.59004800", "-25.59004800"},
    {Operation::kSubtract, "-Infinity", "-89.040e-12", "-Infinity"},
    {Operation::kMultiply, "529502.00005107", "0.02000", "10590.0400010214000"},
    {Operation::kMultiply, "6495", "-6.42300", "-41717.38500"},
    {Operation::kMultiply, "9.09758608", "-80.46647954206301907610e25", "-7320507241884772968295018206.88000000"},
    {Operation::kMultiply, "-11.829", "-0.55004824", "6.50652063096"},
    {Operation::kMultiply, "-3.168", "-6", "19.008"},
    {Operation::kMultiply, "627319", "78.20602", "49060122.26038"},
    {Operation::kMultiply, "-38852", "41704.500", "-1620303234.000"},
    {Operation::kMultiply, "83.265", "-1", "-83.265"},
    {Operation::kMultiply, "94507", "-02643110.30202786", "-249792425313.74696502"},
    {Operation::kMultiply, "-0.85408", "66.02026", "-56.3865836608"},
    {Operation::kMultiply, "35", "-477", "-16695"},
    {Operation::kMultiply, "9017681547332201", "-Infinity", "-Infinity"},
    {Operation::kMultiply, "-32783450850.00", "-2428688371", "79620785840645065350.00"},
    {Operation::kMultiply, "77190935242244752467.107", "0.51", "39367376973544823758.22457"},
    {Operation::kDivide, "6.45150167434018227099", "0.000", "ERR 22012 division by zero"},
    {Operation::kDivide, "353.14009", "-1118377312258256834825473.4", "-0.0000000000000000000003157611354677163986"},
    {Operation::kDivide, "2", "3276.535", "0.00061040092658860656"},
    {Operation::kDivide, "91.38000130", "0", "ERR 22012 division by zero"},
    {Operation::kDivide, "-435", "0", "ERR 22012 division by zero"},
    {Operation::kDivide, "1699.2", "-1.096", "-1550.3649635036496350"},
    {Operation::kDivide, "0", "3.04050197270873001230", "0.00000000000000000000"},
    {Operation::kDivide, "-92", "-65", "1.4153846153846154"},
    {Operation::kDivide, "22849970.30602808054062009573", "-417009779977.500", "-0.000054794806748323657283"},
    {Operation::kDivide, "-7782.44760028800009474579e13", "-0", "ERR 22012 division by zero"},
    {Operation::kDivide, "5.70979656", "-2.07", "-2.7583558260869565"},
    {Operation::kDivide, "0357.96253597", "229679", "0.00155853402344141171"},
    {Operation::kDivide, "-78.7", "-2", "39.3500000000000000"},
    {Operation::kDivide, "930100690.055", "6", "155016781.67583333"},
    {Operation::kModulo, "-5", "-7", "-5"},
    {Operation::kModulo, "-2", "-32579214735988.50", "-2.00"},
    {Operation::kModulo, "709.0", "43298710542.85043", "709.00000"},
    {Operation::kModulo, "-57235", "-47.80730101800069701008", "-9.66068145316567893424"},
    {Operation::kModulo, "0", "0.745", "0.000"},
    {Operation::kModulo, "325851728953", "538.87305038000803868403", "519.19937753944800449551"},
    {Operation::kModulo, "1344.000", "-63.60131062", "8.37247698"},
    {Operation::kModulo, "-66210.0", "5", "0.0"},
    {Operation::kModulo, "3.34726722", "2.87105", "0.47621722"},
    {Operation::kModulo, "23", "-30308622.10250821", "23.00000000"},
    {Operation::kModulo, "0.08011620200393700020", "9.4e-3", "0.00491620200393700020"},
    {Operation::kModulo, "38965", "-6551.53904700", "6207.30476500"},
    {Operation::kModulo, "246363929050.93286", "-0.60600008", "0.57818976"},
    {Operation::kModulo, "540", "-6385.426", "540.000"},
    {Operation::kDivideTruncated, "-28882281582393902791", "-2.96", "9757527561619561753"},
    {Operation::kDivideTruncated, "0.0", "-9298.89400700", "0"},
    {Operation::kDivideTruncated, "97201.00044034", "-6.62000", "-14682"},
    {Operation::kDivideTruncated, "-502987.08030010", "-0.06", "8383118"},
    {Operation::kDivideTruncated, "0.51051", "336", "0"},
    {Operation::kDivideTruncated, "-0.0", "0", "ERR 22012 division by zero"},
    {Operation::kDivideTruncated, "21962513", "-0.008", "-2745314125"},
    {Operation::kDivideTruncated, "324.402", "0271e17", "0"},
    {Operation::kDivideTruncated, "4.9", "-1", "-4"},
    {Operation::kDivideTruncated, "0.22170", "-9.06", "0"},
    {Operation::kDivideTruncated, "-Infinity", "0111720534595259692524861465", "-Infinity"},
    {Operation::kDivideTruncated, "-11.8", "96820473812471.200", "0"},
    {Operation::kDivideTruncated, "-0", "01.24204528", "0"},
    {Operation::kDivideTruncated, "-0.218", "7417672.84509366e2", "0"},
    {Operation::kPower, "-0.188", "100", "0.0000000000000000"},
    {Operation::kPower, "-2.25", "-0", "1.0000000000000000"},
    {Operation::kPower, "1234.5678", "-0", "1.0000000000000000"},
    {Operation::kPower, "-100", "3", "-1000000.0000000000000000"},
    {Operation::kPower, "-2005.10", "-7", "0.0000000000000000"},
    {Operation::kPower, "-3", "-0", "1.0000000000000000"},
    {Operation::kPower, "9.08821517013701406007", "-100", "0.00000000000000000000"},
    {Operation::kPower, "-1", "-1234.5678", "ERR 2201F a negative number raised to a non-integer power yields a complex result"},
    {Operation::kPower, "10", "2", "100.0000000000000000"},
    {Operation::kPower, "1.5", "2.25", "2.4900343193257236"},
    {Operation::kPower, "7", "-7", "0.0000012142656789"},
    {Operation::kPower, "2.25", "-0.001", "0.9991893984988305"},
    {Operation::kPower, "-0", "2", "0.0000000000000000"},
    {Operation::kPower, "2", "-1.5", "0.3535533905932738"},
    {Operation::kLog, "-1.04300", "61.430", "ERR 2201E cannot take logarithm of a negative number"},
    {Operation::kLog, "50859841.19412320", "1", "0.00000000000000000"},
    {Operation::kLog, "401805454251829.93928", "-1", "ERR 2201E cannot take logarithm of a negative number"},
    {Operation::kLog, "9.09758608", "-80.46647954206301907610e25", "ERR 2201E cannot take logarithm of a negative number"},
    {Operation::kLog, "47468.275", "-23270799385.041", "ERR 2201E cannot take logarithm of a negative number"},
    {Operation::kLog, "2", "850.40383e28", "102.745990941031708"},
    {Operation::kLog, "-45415.00879879224002006664", "-1.936", "ERR 2201E cannot take logarithm of a negative number"},
    {Operation::kLog, "-75950.7", "61594011.38200594159029130030", "ERR 2201E cannot take logarithm of a negative number"},
    {Operation::kLog, "9541", "565685", "1.445518013512230"},
    {Operation::kLog, "-01.88706601347000664949", "-9", "ERR 2201E cannot take logarithm of a negative number"},
    {Operation::kLog, "Infinity", "-58", "ERR 2201E cannot take logarithm of a negative number"},
    {Operation::kLog, "-4", "34378438.09436500001650603238", "ERR 2201E cannot take logarithm of a negative number"},
    {Operation::kLog, "-32783450850.00", "-2428688371", "ERR 2201E cannot take logarithm of a negative number"},
    {Operation::kLog, "58.65681", "-0.225", "ERR 2201E cannot take logarithm of a negative number"},
    {Operation::kGcd, "-66121.01923660004081060698", "63067.258", "0.00000000000000000002"},
    {Operation::kGcd, "820814.92463010", "17106.02041", "0.00000010"},
    {Operation::kGcd, "766108803431203795905914490090.302", "0.05990", "0.00010"},
    {Operation::kGcd, "3632333352619987024584.13708561", "-48.0e4", "0.00000001"},
    {Operation::kGcd, "66191299", "0.5", "0.5"},
    {Operation::kGcd, "86247.20004", "1", "0.00004"},
    {Operation::kGcd, "5", "1", "1"},
    {Operation::kGcd, "-0.33088606690408070833", "27277.70304109", "0.00000000000000000019"},
    {Operation::kGcd, "0.7", "3.22526011074848968080", "0.00000000000000000080"},
    {Operation::kGcd, "6.45150167434018227099", "0.000", "6.45150167434018227099"},
    {Operation::kGcd, "-0.85408", "66.02026", "0.00002"},
    {Operation::kGcd, "-66210.0", "5", "5.0"},
    {Operation::kGcd, "91.38000130", "0", "91.38000130"},
    {Operation::kGcd, "NaN", "0", "NaN"},
    {Operation::kLcm, "04800633", "-7.10020", "170427272133.00000"},
    {Operation::kLcm, "0.8", "-0.50037784939304004777", "40030227951443203821.60000000000000000000"},
    {Operation::kLcm, "0.0", "-629.709", "0.000"},
    {Operation::kLcm, "Infinity", "-58", "NaN"},
    {Operation::kLcm, "-98.8", "7.03", "3655.60"},
    {Operation::kLcm, "3.66846082008133008408e17", "0", "0.000"},
    {Operation::kLcm, "-66121.01923660004081060698", "63067.258", "208503568970880890830653977213.04200000000000000000"},
    {Operation::kLcm, "2648960", "-0.40197", "106480245120.00000"},
    {Operation::kLcm, "0.3", "-50386572888263363.28970000301080865030", "151159718664790089869100009032425950.90000000000000000000"},
    {Operation::kLcm, "-35.765", "16", "114448.000"},
    {Operation::kLcm, "91.38000130", "0", "0.00000000"},
    {Operation::kLcm, "3789477031.020", "977964.73207760210015009996", "92649372233892534067942937319425518.98000000000000000000"},
    {Operation::kLcm, "401805454251829.93928", "-1", "5022568178147874241.00000"},
    {Operation::kLcm, "59.83580", "-5121440", "1532227297760.00000"},
    {Operation::kSqrt, "40", "", "6.324555320336759"},
    {Operation::kSqrt, "6686.004e28", "", "8176798884649175.5"},
    {Operation::kSqrt, "54", "", "7.348469228349534"},
    {Operation::kSqrt, "1.23", "", "1.109053650640942"},
    {Operation::kSqrt, "-0.0", "", "0.000000000000000"},
    {Operation::kSqrt, "58.65681", "", "7.658773400486530"},
    {Operation::kSqrt, "-2349729.8", "", "ERR 2201F cannot take square root of a negative number"},
    {Operation::kSqrt, "81568.577", "", "285.6021305942937"},
    {Operation::kSqrt, "9.09758608", "", "3.016220495918692"},
    {Operation::kSqrt, "2990.62009054", "", "54.686562248325685"},
    {Operation::kSqrt, "-917", "", "ERR 2201F cannot take square root of a negative number"},
    {Operation::kSqrt, "-45415.00879879224002006664", "", "ERR 2201F cannot take square root of a negative number"},
    {Operation::kSqrt, "89.10", "", "9.439279633531364"},
    {Operation::kSqrt, "444341400.25031071", "", "21079.40701846973"},
    {Operation::kExp, "-2.25", "", "0.1053992245618643"},
    {Operation::kExp, "-100", "", "0.00000000000000000000000000000000000000000003720075976020836"},
    {Operation::kExp, "5", "", "148.41315910257660"},
    {Operation::kExp, "10", "", "22026.465794806717"},
    {Operation::kExp, "3", "", "20.085536923187668"},
    {Operation::kExp, "7", "", "1096.6331584284586"},
    {Operation::kExp, "0", "", "1.0000000000000000"},
    {Operation::kExp, "-0", "", "1.0000000000000000"},
    {Operation::kExp, "100", "", "26881171418161354484126255515800135873611119"},
    {Operation::kExp, "-0.5", "", "0.6065306597126334"},
    {Operation::kExp, "-7", "", "0.0009118819655545162"},
    {Operation::kExp, "-2", "", "0.1353352832366127"},
    {Operation::kExp, "0.001", "", "1.0010005001667083"},
    {Operation::kExp, "-10", "", "0.00004539992976248485"},
    {Operation::kLn, "-8.60003700006048234001", "", "ERR 2201E cannot take logarithm of a negative number"},
    {Operation::kLn, "21049930430660951.70000007910340564440", "", "37.58567365007688991812"},
    {Operation::kLn, "-2349729.8", "", "ERR 2201E cannot take logarithm of a negative number"},
    {Operation::kLn, "50.380", "", "3.9195942709244641"},
    {Operation::kLn, "0", "", "ERR 2201E cannot take logarithm of zero"},
    {Operation::kLn, "6871772.63506259", "", "15.742932656397864"},
    {Operation::kLn, "3.27106690501225439070", "", "1.18511620234041878801"},
    {Operation::kLn, "-38852", "", "ERR 2201E cannot take logarithm of a negative number"},
    {Operation::kLn, "-0.50599952463330000216", "", "ERR 2201E cannot take logarithm of a negative number"},
    {Operation::kLn, "-2.08992924", "", "ERR 2201E cannot take logarithm of a negative number"},
    {Operation::kLn, "-767569.18420403204990762202", "", "ERR 2201E cannot take logarithm of a negative number"},
    {Operation::kLn, "-2", "", "ERR 2201E cannot take logarithm of a negative number"},
    {Operation::kLn, "0.457", "", "-0.7830718880879324"},
    {Operation::kLn, "6.45150167434018227099", "", "1.86431292143699994707"},
    {Operation::kCeiling, "-18.90", "", "-18"},
    {Operation::kCeiling, "91.38000130", "", "92"},
    {Operation::kCeiling, "495677.7e7", "", "4956777000000"},
    {Operation::kCeiling, "-0.44848000025065336308", "", "0"},
    {Operation::kCeiling, "0.28316", "", "1"},
    {Operation::kCeiling, "-6.23400793", "", "-6"},
    {Operation::kCeiling, "47468.275", "", "47469"},
    {Operation::kCeiling, "-822463.47510186", "", "-822463"},
    {Operation::kCeiling, "540", "", "540"},
    {Operation::kCeiling, "0", "", "0"},
    {Operation::kCeiling, "-47108.58070320018020880072", "", "-47108"},
    {Operation::kCeiling, "6.84920000", "", "7"},
    {Operation::kCeiling, "-4", "", "-4"},
    {Operation::kCeiling, "-767569.18420403204990762202", "", "-767569"},
    {Operation::kFloor, "-2349729.8", "", "-2349730"},
    {Operation::kFloor, "-0.02", "", "-1"},
    {Operation::kFloor, "3.34726722", "", "3"},
    {Operation::kFloor, "-37.08694000", "", "-38"},
    {Operation::kFloor, "22849970.30602808054062009573", "", "22849970"},
    {Operation::kFloor, "NaN", "", "NaN"},
    {Operation::kFloor, "-0", "", "0"},
    {Operation::kFloor, "3351.1", "", "3351"},
    {Operation::kFloor, "-16.027", "", "-17"},
    {Operation::kFloor, "-0.3", "", "-1"},
    {Operation::kFloor, "-61.22", "", "-62"},
    {Operation::kFloor, "29727.13", "", "29727"},
    {Operation::kFloor, "495677.7e7", "", "4956777000000"},
    {Operation::kFloor, "-Infinity", "", "-Infinity"},
    {Operation::kRound, "0", "-2", "0"},
    {Operation::kRound, "54.30", "5", "54.30000"},
    {Operation::kRound, "-8713332.482", "10", "-8713332.4820000000"},
    {Operation::kRound, "-0.85408", "0", "-1"},
    {Operation::kRound, "21962513", "7", "21962513.0000000"},
    {Operation::kRound, "-914197.60630091108105599667", "-2", "-914200"},
    {Operation::kRound, "77190935242244752467.107", "-1", "77190935242244752470"},
    {Operation::kRound, "2", "0", "2"},
    {Operation::kRound, "-37.08694000", "-4", "0"},
    {Operation::kRound, "950.27", "11", "950.27000000000"},
    {Operation::kRound, "0.0", "-1", "0"},
    {Operation::kRound, "-3.940", "2", "-3.94"},
    {Operation::kRound, "325851728953", "1", "325851728953.0"},
    {Operation::kRound, "9531.00349188e-14", "-4", "0"},
    {Operation::kTruncate, "1", "8", "1.00000000"},
    {Operation::kTruncate, "0.60000394", "2", "0.60"},
    {Operation::kTruncate, "-258783760365.91046144", "3", "-258783760365.910"},
    {Operation::kTruncate, "-7241449233975975.70960600", "-3", "-7241449233975000"},
    {Operation::kTruncate, "8", "12", "8.000000000000"},
    {Operation::kTruncate, "9.600", "-6", "0"},
    {Operation::kTruncate, "-9.27108", "4", "-9.2710"},
    {Operation::kTruncate, "0752.5", "12", "752.500000000000"},
    {Operation::kTruncate, "0.0", "11", "0.00000000000"},
    {Operation::kTruncate, "2.703", "12", "2.703000000000"},
    {Operation::kTruncate, "-917", "-5", "0"},
    {Operation::kTruncate, "915432985256", "-2", "915432985200"},
    {Operation::kTruncate, "-70617478", "1", "-70617478.0"},
    {Operation::kTruncate, "6.05", "-1", "0"},
};
// clang-format on

absl::Status Apply(Operation operation, std::string_view a, std::string_view b, int32_t scale,
                   NumericBuffer* out) {
  switch (operation) {
    case Operation::kAdd:
      return NumericAdd(a, b, out);
    case Operation::kSubtract:
      return NumericSubtract(a, b, out);
    case Operation::kMultiply:
      return NumericMultiply(a, b, out);
    case Operation::kDivide:
      return NumericDivide(a, b, out);
    case Operation::kModulo:
      return NumericModulo(a, b, out);
    case Operation::kDivideTruncated:
      return NumericDivideTruncated(a, b, out);
    case Operation::kPower:
      return NumericPower(a, b, out);
    case Operation::kLog:
      return NumericLog(a, b, out);
    case Operation::kGcd:
      return NumericGcd(a, b, out);
    case Operation::kLcm:
      return NumericLcm(a, b, out);
    case Operation::kSqrt:
      return NumericSqrt(a, out);
    case Operation::kExp:
      return NumericExp(a, out);
    case Operation::kLn:
      return NumericLn(a, out);
    case Operation::kCeiling:
      return NumericCeiling(a, out);
    case Operation::kFloor:
      return NumericFloor(a, out);
    case Operation::kRound:
      return NumericRound(a, scale, out);
    case Operation::kTruncate:
      return NumericTruncate(a, scale, out);
  }
  return absl::OkStatus();
}

TEST(NumericAnswers, AgreeWithPostgres) {
  for (const Answer& answer : kAnswers) {
    NumericBuffer a;
    NumericBuffer b;
    NumericBuffer out;
    ASSERT_TRUE(NumericFromText(answer.a, -1, &a).ok());
    const bool has_scale =
        answer.operation == Operation::kRound || answer.operation == Operation::kTruncate;
    const std::string second = answer.b[0] == '\0' ? "0" : answer.b;
    ASSERT_TRUE(NumericFromText(second, -1, &b).ok());
    const absl::Status status =
        Apply(answer.operation, a.view(), b.view(), has_scale ? std::stoi(second) : 0, &out);
    std::string text;
    if (status.ok()) {
      EXPECT_TRUE(NumericIsWellFormed(out.view()));
      AppendNumericText(out.view(), &text);
    } else {
      text = "ERR " + SqlStateOf(status) + " " + std::string(status.message());
    }
    EXPECT_EQ(text, answer.result)
        << answer.a << " and " << answer.b << ", operation " << static_cast<int>(answer.operation);
  }
}

}  // namespace
}  // namespace heliosdb::types
